import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseProbe, probeArguments, probeScript } from '../../../src/core/environment/probe.ts';
import { SiteFacts } from '../../../src/core/environment/schema.ts';
import fc from '../../support/properties.ts';
import { mapFiles } from '../repo-map/helpers.ts';
import { makeSite } from './helpers.ts';

const CLOSED = 'http://127.0.0.1:9/simple/';

function probe(args: readonly string[], env: NodeJS.ProcessEnv = process.env): SiteFacts {
  const result = spawnSync('sh', ['-s', '-', ...args], { input: probeScript(), encoding: 'utf8', env });
  expect(result.stderr).toBe('');
  return parseProbe(result.stdout);
}

describe('the probe', () => {
  it('reads this machine', () => {
    const facts = SiteFacts.parse(probe([CLOSED, '', 'python3', 'no-such-python', '/no/such/python']));
    expect(facts.cpus).toBeGreaterThan(0);
    expect(facts.memoryMb).toBeGreaterThan(100);
    expect(facts.pythons.length).toBeGreaterThan(0);
    expect(facts.pythons[0]?.version).toMatch(/^3\.\d+\.\d+$/);
    expect(facts.indexReachable).toBe(false);
  });

  it('lists the same interpreter once, under whatever names', () => {
    const all = probe([CLOSED, '', 'python3']).pythons;
    const again = probe([CLOSED, '', 'python3', ...all.map((item) => item.path), 'python3']).pythons;
    expect(again.map((item) => item.path)).toEqual(all.map((item) => item.path));
  });

  it('sees an index that answers', async () => {
    const server = createServer((_request, response) => response.writeHead(200).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/simple/`;
    // The server lives in this process, so the probe must not block it.
    const child = spawn('sh', ['-s', '-', url, '', 'python3']);
    let output = '';
    child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
    child.stdin.end(probeScript());
    await new Promise((resolve) => child.on('close', resolve));
    server.close();
    expect(parseProbe(output).indexReachable).toBe(true);
  });

  it('asks apt for the candidates', () => {
    const folder = mkdtempSync(join(tmpdir(), 'probe-'));
    try {
      writeFileSync(join(folder, 'apt-get'), '#!/bin/sh\n');
      writeFileSync(join(folder, 'id'), '#!/bin/sh\necho 0\n');
      writeFileSync(
        join(folder, 'apt-cache'),
        '#!/bin/sh\nprintf "python3-a:\\n  Installed: (none)\\n  Candidate: 1.2-3\\npython3-b:\\n  Candidate: (none)\\n"\n',
      );
      for (const name of ['apt-get', 'id', 'apt-cache']) chmodSync(join(folder, name), 0o755);
      const facts = probe([CLOSED, 'python3-a python3-b', 'python3'], { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` });
      expect(facts.apt).toEqual({ available: true, packages: { 'python3-a': '1.2-3' } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is asked for the Debian names of what the map needs', () => {
    const map = mapFiles({ 'train.py': "import sklearn, PIL\nif __name__ == '__main__': pass\n" });
    expect(
      probeArguments({
        map,
        site: makeSite({ packages: { strategy: 'venv', mayUseApt: true, pythons: ['python3', '/usr/bin/python3'] } }),
      }),
    ).toEqual(['-', 'python3-sklearn python3-pil', 'python3', '/usr/bin/python3']);
  });
});

describe('probeArguments', () => {
  it('asks for names only, and for no more of them than one word can hold', () => {
    const map = mapFiles({ 'train.py': "if __name__ == '__main__': pass\n" });
    const names = ['-o=x', 'a b', '$(id)', '../x', ...Array.from({ length: 5000 }, (_, index) => `name-${String(index)}`)];
    const dependencies = names.map((name) => ({ name, specifier: '', declared: true, optional: false, imports: [], evidence: [] }));
    const [, apt = ''] = probeArguments({
      map: { ...map, dependencies },
      site: makeSite({ packages: { strategy: 'venv', mayUseApt: true, pythons: ['python3'] } }),
    });
    expect(apt.split(' ')).toHaveLength(1000);
    expect(apt).toMatch(/^[\w. -]+$/);
    expect(apt).not.toContain(' -');
  });
});

describe('parseProbe', () => {
  it('never throws and always returns valid facts', () => {
    const word = fc.constantFrom(
      'python',
      'package',
      'index',
      'apt',
      'apt-package',
      'arch',
      'cpus',
      'memory',
      'gpus',
      '\t',
      '\n',
      '1',
      '0',
      '-3',
      '1e9',
      '__proto__',
    );
    const text = fc.array(fc.oneof(word, fc.string({ unit: 'binary' })), { maxLength: 40 }).map((words) => words.join('\t'));
    fc.assert(fc.property(text, (output) => SiteFacts.safeParse(parseProbe(output)).success));
  });
});
