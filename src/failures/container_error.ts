import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'container_error',
  title: 'The container did not start',
  fault: 'environment',
  route: 'environment',
  patterns: [
    {
      regex: /^\s*FATAL:\s+\S|\bFATAL: {2,}/,
      near: /apptainer|singularity|container|\.sif|\.def|image|mount|FATAL: {3}/i,
      weight: 'decisive',
      not: /password authentication/,
    },
    {
      regex:
        /Cannot connect to the Docker daemon|docker: Error response from daemon|Error response from daemon|OCI runtime \w+ failed|pyxis: (?:.*(?:fail|error|couldn't|could not))|enroot-\w+: |\[ERROR\] .*enroot|slurmstepd: error: pyxis|podman.*Error:|manifest (?:for \S+ )?(?:unknown|not found)|failed to solve: (?!process)|unable to (?:pull|open|read) (?:container )?image/i,
      weight: 'decisive',
      not: /toomanyrequests|capabilities: \[\[gpu/,
    },
    {
      regex:
        /executable file not found in \$PATH|Error: (?:initializing source|unable to copy from source|creating container|writing blob|statfs)|nvidia-container-cli|user namespace disabled|failed to create (?:user namespace|containerd|shim|container)|squashfuse|[Ff]ailed to mount .*(?:squashfs|overlay|image)|ERROR  : |image is not a valid|image format not recognized|not (?:a )?valid (?:SIF|OCI|container) (?:file|image)|While (?:making image|performing build|pulling)|unshare: |newuidmap|fakeroot: |Invalid container image|invalid reference format|[Nn]o such image|[Ii]mage not found|pull access denied|ImagePullBackOff|ErrImagePull|CrashLoopBackOff|containerd: |runc: |podman: |docker: invalid|unauthorized: authentication required|failed to register layer|error creating overlay mount|error pulling image|could not use fakeroot|kernel too old/,
      weight: 'decisive',
      not: /toomanyrequests|capabilities: \[\[gpu|quota|space|[Ww]arning|Image Not Found/,
    },
  ],
  remedy: () => ({ kind: 'ask', question: 'The container did not start. Shall I try another image or other mounts?' }),
  explain: () => "The container program stopped before the job's own code could run.",
  examples: [
    { text: 'FATAL:   could not open image /images/a.sif: stat /images/a.sif: no such file or directory', line: 1 },
    { text: 'docker: Error response from daemon: pull access denied for a/b', line: 1 },
  ],
  nearMisses: ['INFO:    Converting SIF file to temporary sandbox...\nstep 1 loss 1.0\nstep 2 loss 0.9'],
});
