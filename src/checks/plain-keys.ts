import { defineCheck, type Fault } from '../core/notebook/check.ts';
import { readSwitch } from '../core/notebook/folder.ts';

/** Keys by their own form: whoever reads one can use it. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,200}/, 'a key of a model provider'],
  [/\bhf_[A-Za-z0-9]{30,60}\b/, 'a token of Hugging Face'],
  [/\bgh[pousr]_[A-Za-z0-9]{30,120}\b/, 'a token of GitHub'],
  [/\bKGAT_[A-Za-z0-9]{20,80}/, 'a token of Kaggle'],
  [/\bAKIA[0-9A-Z]{16}\b/, 'a key of AWS'],
  [/\bAIza[0-9A-Za-z_-]{35}/, 'a key of Google'],
  [/\bxox[abprs]-[0-9A-Za-z-]{10,120}/, 'a token of Slack'],
  [/-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/, 'a private key'],
];
/** A long word that is given to a name which says key. */
const NAMED = /\b\w{0,40}(?:api_?key|apikey|secret|token|password)\w{0,20}['"\]]{0,3}\s{0,4}[=:]\s{0,4}['"]([A-Za-z0-9+/_-]{20,120})['"]/i;

function looksMade(text: string): boolean {
  return (
    /^(x+|\*+|your|change|insert|placeholder|dummy|test|example|abc|none)|(.)\2{7}|here$|key$|token$/i.test(text) ||
    !/\d/.test(text) ||
    !/[a-z]/i.test(text)
  );
}

/** In two parts, so that nobody's scanner takes them for real ones. */
const MADE_UP = ['hf_', 'Ab3dEf6hIj9lMn2pQr5tUv8xYz1bC49Z'];
const HEX = ['3f9c2a17b8', 'd04e5f6a7b8c9d0e1f2a'];

export default defineCheck({
  id: 'plain-keys',
  title: 'Keys written into the code',
  folder: (folder) => {
    const faults: Fault[] = [];
    const isPublic = !readSwitch(folder, 'is_private', true);
    for (const [index, whole] of folder.source.split('\n').entries()) {
      const line = whole.slice(0, 2000);
      const form = FORMS.find(([pattern]) => pattern.test(line));
      const named = form === undefined ? NAMED.exec(line)?.[1] : undefined;
      if (form === undefined && (named === undefined || looksMade(named))) continue;
      const what = form === undefined ? 'what looks like a key' : form[1];
      faults.push({
        // A key of a data service in a private kernel works and is seen by nobody else; the others open more than that.
        level: form !== undefined || isPublic ? 'error' : 'warning',
        line: index + 1,
        message: `${what.charAt(0).toUpperCase()}${what.slice(1)} stands in the code${isPublic ? ', and the kernel is public' : ''}.`,
        fix: 'Take it out and make a new one; bring it in a private dataset.',
      });
    }
    return faults.slice(0, 20);
  },
  examples: [
    { code: `import os\ntoken = '${MADE_UP.join('')}'`, line: 2, level: 'error' },
    { code: `FRED_API_KEY = "${HEX.join('')}"`, line: 1, level: 'warning' },
    { code: `FRED_API_KEY = "${HEX.join('')}"`, line: 1, level: 'error', metadata: { is_private: false } },
  ],
  nearMisses: [
    { code: "API_KEY = 'your_api_key_goes_here_please'\nTOKEN = 'xxxxxxxxxxxxxxxxxxxxxxxx'\nname = 'token_embedding_dimension_size'" },
    { code: "import os\napi_key = os.environ.get('TIDE_API_KEY', '')\nsecret_label = 'TIDE_API_KEY'" },
  ],
});
