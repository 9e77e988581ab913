import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'permission_auth',
  title: 'Access was refused',
  fault: 'request',
  route: 'ask',
  patterns: [
    {
      regex: /GatedRepoError|Access to model .* is restricted|Cannot access gated repo|You are trying to access a gated repo/,
      weight: 'decisive',
    },
    { regex: /PermissionError: .*(?:Permission denied|Operation not permitted)(?:: '(?<path>[^']+)')?/ },
    {
      regex:
        /\b(?:401|403)(?: Client)?(?: Error)?:? (?:Unauthorized|Forbidden|Client Error)|HTTP error 40[13]\b|returned error: 40[13]\b|status(?:[ _]code)?[ :=]+40[13]\b|HTTP Error 40[13]|error: 403 \(AccessDenied\)|\bAccessDenied\b|InvalidAccessKeyId/,
    },
    {
      regex:
        /Permission denied(?: \((?:publickey|password)[^)]*\))?|Read-only file system(?:: '(?<path>[^']+)')?|Authentication failed|could not read Username|Invalid (?:user ?name|credentials|token)|not logged in|Please log ?in|huggingface-cli login/i,
      not: /Warning|^W\d|not logged in to wandb.*offline|well-formed/i,
    },
    {
      regex: /(?:do(?:es)? not|don't) have (?:the )?(?:required )?(?:permission|access)s?\b|not authori[sz]ed|Access [Dd]enied/,
      not: /Warning|optional/,
    },
    {
      regex:
        /^\s*40[13] - |HTTPError:? 40[13]\b|ERROR 40[13]\b|error \(40[13]\)|\(40[13]\) when calling|Error code: 40[13]\b|HTTP\/[\d.]+ 40[13]\b|(?:Authentication|Authorization|PermissionDenied|Forbidden|Unauthorized|NotAuthorized|Unauthenticated|AuthorizationPermission)\w*Error\b|PERMISSION_DENIED|UNAUTHENTICATED|Insufficient privileges|EnvironmentNotWritableError|does not have write permission|have not accepted|must accept (?:this|the) (?:competition's )?(?:rules|license|terms)|accept the (?:license|terms|conditions)|Cannot retrieve the public link|does not have \S+ access|externally-managed-environment|HTTP Basic: Access denied|Invalid API key|Incorrect API key|[Ii]nvalid (?:access |auth\w* )?token\b|token (?:is |has )?(?:expired|invalid|revoked)|Repository not found\.|could not read Password|Permission to \S+ denied|requires? authentication|[Aa]uthentication (?:is )?required|private or gated|EACCES|EROFS/,
      weight: 'telling',
      not: /Warning|well-formed|literal|rate limit|unexpected token|Kernel|JSON/i,
    },
    {
      regex:
        /Keine Berechtigung|許可がありません|权限不够|权限不足|Permission non accordée|Permiso denegado|Отказано в доступе|Dateisystem ist nur lesbar|只读文件系统|読み込み専用ファイルシステム/,
    },
  ],
  remedy: ({ path }) => ({
    kind: 'ask',
    question:
      path === undefined
        ? 'Who may give this account access, or which login shall I use?'
        : `Who may give access to ${path}, or which other folder shall I use?`,
  }),
  explain: ({ path }) => (path === undefined ? 'The service or file refused access to this account.' : `This account may not use ${path}.`),
  examples: [
    { text: "PermissionError: [Errno 13] Permission denied: '/scratch/other/cache'", line: 1, facts: { path: '/scratch/other/cache' } },
    { text: 'requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://example.org/w.bin', line: 1 },
  ],
  nearMisses: [
    'requests.exceptions.HTTPError: 404 Client Error: Not Found for url: https://example.org/w.bin',
    'step 401 loss 1.0\nstep 403 loss 0.9',
  ],
});
