/** The configuration files of the private Slurm; see slurm.ts. */
export interface SlurmLayout {
  readonly folder: string;
  readonly node: string;
  readonly ports: { readonly slurmctld: number; readonly slurmd: number; readonly slurmdbd: number };
  readonly accounting: boolean;
  readonly minJobAge: number;
  readonly cpus: number;
  readonly extra: readonly string[];
}

export function writeSlurmConf(layout: SlurmLayout): string {
  const { folder, node, ports } = layout;
  const accounting = layout.accounting
    ? [
        'AccountingStorageType=accounting_storage/slurmdbd',
        'AccountingStorageHost=localhost',
        `AccountingStoragePort=${ports.slurmdbd}`,
        // In this release the "password" of the accounting storage is munge's socket.
        `AccountingStoragePass=${folder}/munge/sock`,
        'AccountingStorageTRES=gres/gpu',
      ]
    : ['AccountingStorageType=accounting_storage/none'];
  return lines([
    'ClusterName=lab',
    `SlurmctldHost=${node}(127.0.0.1)`,
    `SlurmctldPort=${ports.slurmctld}`,
    `SlurmdPort=${ports.slurmd}`,
    'SlurmUser=slurm',
    'AuthType=auth/munge',
    `AuthInfo=socket=${folder}/munge/sock`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core_Memory',
    'JobAcctGatherType=jobacct_gather/linux',
    'JobAcctGatherFrequency=task=1',
    'JobAcctGatherParams=OverMemoryKill',
    'MpiDefault=none',
    'ReturnToService=2',
    'SlurmdParameters=config_overrides',
    'KillWait=5',
    'MessageTimeout=10',
    `MinJobAge=${layout.minJobAge}`,
    'MaxArraySize=20001',
    'MaxJobCount=30000',
    'SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=5',
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool`,
    `SlurmctldPidFile=${folder}/run/slurmctld.pid`,
    `SlurmdPidFile=${folder}/run/slurmd.pid`,
    `SlurmctldLogFile=${folder}/log/slurmctld.log`,
    `SlurmdLogFile=${folder}/log/slurmd.log`,
    'GresTypes=gpu',
    ...accounting,
    `NodeName=${node} NodeAddr=127.0.0.1 CPUs=${layout.cpus} RealMemory=16000 Gres=gpu:2 State=UNKNOWN`,
    `PartitionName=main Nodes=${node} Default=YES MaxTime=1-00:00:00 State=UP`,
    `PartitionName=closed Nodes=${node} MaxTime=INFINITE State=DOWN`,
    `PartitionName=short Nodes=${node} MaxTime=2 State=UP`,
    ...layout.extra,
  ]);
}

export function writeGresConf(layout: SlurmLayout): string {
  return lines([`NodeName=${layout.node} Name=gpu File=${layout.folder}/gpu[0-1]`]);
}

export function writeSlurmdbdConf(layout: SlurmLayout): string {
  const { folder, ports } = layout;
  return lines([
    'AuthType=auth/munge',
    `AuthInfo=socket=${folder}/munge/sock`,
    'DbdHost=localhost',
    `DbdPort=${ports.slurmdbd}`,
    'SlurmUser=slurm',
    `LogFile=${folder}/log/slurmdbd.log`,
    `PidFile=${folder}/run/slurmdbd.pid`,
    'StorageType=accounting_storage/mysql',
    'StorageHost=localhost',
    'StorageUser=slurm',
    'StoragePass=slurm',
    'StorageLoc=slurm_acct_db',
  ]);
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
