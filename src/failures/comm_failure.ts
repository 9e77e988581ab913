import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'comm_failure',
  title: 'The processes could not talk to each other',
  fault: 'cluster',
  route: 'retry',
  patterns: [
    // One rank that died leaves the others with these.
    {
      regex:
        /gloo\/transport|Connection (?:closed|reset) by peer.*(?:rank|gloo|store)|store->get\(|recvValue failed|remote process (?:has )?exited|ncclRemoteError/,
      weight: 'consequence',
    },
    {
      regex: /NCCL error|RCCL error|ncclSystemError|ncclInternalError|ncclUnhandledCudaError|ncclInvalidUsage|ncclRemoteError/,
      not: /nccl_errors|TORCH_NCCL|previous/,
    },
    {
      regex:
        /Address already in use|EADDRINUSE|server socket has failed to (?:listen|bind)|another process is utilizing it|\b[Pp]ort \d{2,5} is (?:already )?in use/,
    },
    {
      regex: /DistNetworkError|DistStoreError|RendezvousTimeoutError|RendezvousConnectionError|waiting for clients/,
    },
    {
      regex:
        /MPI_ABORT was invoked|ORTE_ERROR_LOG|PMIx? (?:server|init).*fail|UCX\s+ERROR|MPI_Init.*(?:error|fail)|Unable to (?:initialize|create) PMI|Fatal error in (?:internal_)?P?MPI/i,
    },
    { regex: /TCPStore.*(?:failed|timed? ?out|retrying)|(?:client|server) socket has timed out/i, weight: 'telling' },
    {
      regex: /Watchdog caught collective operation timeout|Some NCCL operations have failed or timed out|collective operation timeout/,
      weight: 'consequence',
    },
    { regex: /is setting up NCCL communicator|Timed out waiting for collective|ProcessGroup\w+.*[Tt]imed? ?out/, not: /Watchdog/ },
    {
      regex:
        /NCCL communicator (?:was|has been) aborted|HorovodInternalError|Timed out initializing process group|store[- ]based barrier|[Bb]arrier timed out|coordination service|CoordinationService|OPAL ERROR|\*\*\* An error occurred in MPI_|PMIX ERROR|PMI2_\w+ (?:failed|error)|O(?:FI|PAL) (?:poll|call|\w+) failed|transport retry count(?:er)? exceeded|ibv_\w+.*(?:failed|error)|unable to reliably start one or more daemons|unable to complete a TCP connection|not built with SLURM's PMI|PMI server not found|Failed to connect to GCS|Could not connect to (?:the )?(?:Ray|Dask|head)|socketStartConnect|failed to connect to all addresses|mpi4py\.MPI\.Exception|Connect to \S+ failed : |ncclCommInitRank failed|HCCL error|xccl|rendezvous (?:failed|timed out)|dp_group .*timeout/i,
      weight: 'telling',
      not: /warning|TORCH_NCCL|NCCL INFO/i,
    },
    {
      regex:
        /error: mpi\/pmi\w*: |pmix\w*: .*(?:[Cc]annot|failed|error)|UCX +ERROR|libfabric:.*(?:failed|error)|NET\/OFI .*(?:failed|error)/,
      not: /WARN/,
    },
    { regex: /mpi(?:run|exec)\S* (?:was unable to|noticed that process|detected that)|prterun was unable/, weight: 'consequence' },
  ],
  remedy: () => ({ kind: 'retry', waitSeconds: 120, elsewhere: true }),
  explain: () => 'The processes of the job could not reach each other; one retry is worth it, a second failure needs a look.',
  examples: [
    { text: '[rank0]: RuntimeError: NCCL error: unhandled system error (run with NCCL_DEBUG=INFO for details)', line: 1 },
    { text: 'OSError: [Errno 98] Address already in use', line: 1 },
    {
      text: 'validating\n[rank2]: Watchdog caught collective operation timeout: WorkNCCL(SeqNum=4)\n/tmp/job: line 3: 91 Aborted python t.py',
      line: 2,
    },
  ],
  nearMisses: ['step 1 loss 2.0 nccl_errors=0', 'TORCH_NCCL_ASYNC_ERROR_HANDLING=1'],
});
