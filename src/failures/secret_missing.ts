import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'secret_missing',
  title: 'A key or credential is not set',
  fault: 'request',
  route: 'ask',
  patterns: [
    {
      regex:
        /\b(?<secret>[A-Z][A-Z0-9_]*(?:API_KEY|_TOKEN|_KEY|_SECRET|_PASSWORD|_CREDENTIALS))\b.{0,40}(?:not found|not set|is missing|missing|must be set|is required|undefined|not defined)/i,
      not: /Warning|optional|continuing/i,
      weight: 'decisive',
    },
    {
      regex:
        /KeyError: '(?<secret>[A-Z][A-Z0-9_]*(?:API_KEY|_TOKEN|_SECRET|_PASSWORD))'|No user secrets exist|UserSecretsClient|api_key not configured|The api_key client option must be set|Could not find (?:default )?credentials|NoCredentialsError|DefaultCredentialsError|[Mm]issing (?:API key|credentials)/,
      weight: 'decisive',
      not: /import/,
    },
    { regex: /Connection error trying to communicate with service/, near: /kaggle_secrets|UserSecrets|get_secret/ },
    {
      regex:
        /Could not find kaggle\.json|(?:API key|access token|credentials?) (?:is |are |was |were )?(?:not (?:set|found|provided|configured)|required)/i,
      not: /Warning|optional|continuing/i,
    },
    {
      regex:
        /[Mm]issing (?:required )?(?:secret|credential|API[ _-]?key|token|environment variable \w*(?:KEY|TOKEN|SECRET|PASSWORD))|(?:no|No|NO) (?:API[ _-]?key|access token|credentials?|token) (?:was |were |is |are )?(?:found|provided|set|given|configured|supplied)|[Uu]nable to (?:locate|load|find) (?:\w+ )?credentials|(?:secret|API[ _-]?key|token|credential)s? (?:'?\w+'? )?(?:is |are |was |were |has |have )?(?:not (?:been )?(?:set|found|provided|configured|defined|available)|missing|empty|required)|[Pp]lease (?:set|provide|specify|add) (?:your |the |a |an )?(?:\w+ )?(?:API[ _-]?key|secret|[A-Z_]*(?:API_KEY|TOKEN|SECRET))|(?:API[ _-]?key|[A-Z_]*(?:API_KEY|TOKEN)) must be (?:set|provided)/,
      weight: 'telling',
      not: /Warning|warn|optional|continuing|invalid|pad_token|eos_token|bos_token|mask_token|unk_token|special token|Incorrect|tokeniz|vocab|index/i,
    },
    {
      regex:
        /Did not find \w*(?:api_key|token|secret)|add an environment variable `?\w*(?:KEY|TOKEN|SECRET)|LocalTokenNotFoundError|Token is required|[Nn]o API key|KeyError: '\w*(?:API_KEY|APIKEY|_TOKEN|_SECRET|PASSWORD)'/,
      not: /Warning/,
    },
  ],
  remedy: ({ secret }) => ({
    kind: 'ask',
    question: `Please set ${secret ?? 'the missing key'} where the job can read it; do not paste it here.`,
  }),
  explain: ({ secret }) => `The program needs ${secret ?? 'a key or credential'}, which is not set or cannot be fetched.`,
  examples: [
    {
      text: 'Traceback (most recent call last):\n  File "d.py", line 5, in <module>\n    fetch()\nRuntimeError: WEATHER_API_KEY is not set',
      line: 4,
      facts: { secret: 'WEATHER_API_KEY' },
    },
    { text: 'wandb: ERROR api_key not configured (no-tty). call wandb.login(key=[your_api_key])', line: 1 },
  ],
  nearMisses: ['HF_TOKEN is not set, continuing without it\nstep 1 loss 1.0\nstep 2 loss 0.9', "KeyError: 'price'"],
});
