// Installs schemathesis in a Python environment below .cache/, once per set of requirements. Needs
// Python 3.10 or later.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', '..', '.cache', 'fuzz')
const requirements = join(import.meta.dirname, 'requirements.txt')

export type FuzzerTool =
  | { readonly kind: 'ready'; readonly command: string }
  | { readonly kind: 'missing'; readonly why: string }

/**
 * The command of the fuzzer, installed if necessary. `missing` without Python, or if the packages
 * cannot be installed.
 */
export function fuzzerTool(): FuzzerTool {
  const command = join(folder, 'bin', 'schemathesis')
  const stamp = join(folder, 'requirements.txt')
  const wanted = readFileSync(requirements, 'utf8')
  if (existsSync(command) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted)
    return { kind: 'ready', command }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const steps = [
    ['python3', '-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))'],
    ['python3', '-m', 'venv', folder],
    [
      join(folder, 'bin', 'pip'),
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      requirements
    ]
  ] as const
  for (const [program, ...args] of steps) {
    const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' })
    if (error === undefined && status === 0) continue
    return {
      kind: 'missing',
      why: `${program} ${args.join(' ')}: ${error?.message ?? stderr.trim().slice(-500)}`
    }
  }
  writeFileSync(stamp, wanted)
  return { kind: 'ready', command }
}
