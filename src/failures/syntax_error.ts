import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'syntax_error',
  title: 'The file does not parse',
  fault: 'code',
  route: 'code',
  patterns: [
    {
      regex:
        /\b(?:SyntaxError|IndentationError|TabError)\b(?!Warning)|syntax error near unexpected token|syntax error: unexpected end of file|unexpected EOF while looking for/,
      weight: 'decisive',
      not: /SyntaxWarning|PostgreSQL/,
    },
    {
      regex:
        /(?:ba|da|z|k)?sh: (?:line )?\d+: Syntax error|Syntax error: (?:\x22|Unterminated|end of file|word|Bad)|^Error: unexpected (?:symbol|token|end of input|string|numeric)|Syntaxfehler|語法錯誤|未预期的(?:符号|记号)|構文エラー|erreur de syntaxe|error sintáctico|Parse error: |ParseError\b.*syntax/,
      weight: 'decisive',
      not: /xml|XML|not well-formed/,
    },
  ],
  remedy: () => null,
  explain: () => 'A source file does not parse: a typing error, or it was written for another version of the language.',
  examples: [
    { text: '  File "a.py", line 3\n    def f(:\n          ^\nSyntaxError: invalid syntax', line: 4 },
    { text: "run.sh: line 4: syntax error near unexpected token `fi'", line: 1 },
  ],
  nearMisses: ['a.py:3: SyntaxWarning: invalid escape sequence\nstep 1 loss 1.0\nstep 2 loss 0.9'],
});
