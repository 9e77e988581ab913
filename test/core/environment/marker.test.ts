import { describe, expect, it } from 'vitest';
import { holdsMarker } from '../../../src/core/environment/marker.ts';
import fc from '../../support/properties.ts';

const HERE = { python: '3.11.7', arch: 'x86_64' };

describe('a marker', () => {
  it.each([
    ['python_version < "3.8"', false],
    ["python_version >= '3.8'", true],
    ['python_version == "3.11"', true],
    ['python_version == "3.1"', false],
    ['python_version != "3.11.*"', false],
    ['python_full_version ~= "3.11.2"', true],
    ['python_full_version ~= "3.10.2"', false],
    ['"3.9" <= python_version', true],
    ['"3.9" > python_version', false],
    ['python_version in "3.10 3.11"', true],
    ['python_version not in "3.10, 3.11"', false],
    ['sys_platform == "linux" and platform_machine == "aarch64"', false],
    ['sys_platform == "win32" or (os_name == "posix" and platform_machine != "aarch64")', true],
    ['sys_platform == "win32" or sys_platform == "darwin" and python_version > "3"', false],
    ['platform_system == "Linux"', true],
    ['"linux" in sys_platform', true],
    ['implementation_name == "pypy"', false],
    ['platform_python_implementation != "PyPy"', true],
    ['extra == "test"', false],
    ['platform_release >= "9"', true],
    ['', null],
    ['python_version', null],
    ['python_version < ', null],
    ['__import__("os")', null],
    ['python_version < "3" and', null],
    ['(python_version < "3"', null],
    ['python_version < "3") or ("a" == "a"', null],
    ['"a" == "a"', null],
    [`${'('.repeat(200)}python_version < "3"${')'.repeat(200)}`, null],
  ])('%s → %s', (marker, expected) => {
    expect(holdsMarker(marker, HERE)).toBe(expected);
  });

  it('holds where nobody knows what it asks for', () => {
    expect(holdsMarker('python_version < "3.8"', { python: null, arch: 'x86_64' })).toBe(true);
    expect(holdsMarker('platform_machine == "aarch64"', { python: '3.11', arch: 'unknown' })).toBe(true);
  });

  it('never throws, whatever stands there', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      'and',
      'or',
      'in',
      'not in',
      '==',
      '<',
      '"3.8"',
      "'",
      'python_version',
      'extra',
      ' ',
      '\n',
      '${x}',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => [true, false, null].includes(holdsMarker(pieces.join(' '), HERE))),
    );
  });
});
