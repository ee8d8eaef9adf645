// Plants each bug in a copy of this package and runs the checks of random courses there. Says which
// check found it; the exit code is 1 if one was not found. Usage: node find-plants.ts [part of a name]

import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Plant, plants } from './plants.ts'

const original = join(import.meta.dirname, '..', '..')

function findPlant({ file, from, to }: Plant): string {
  const copy = mkdtempSync(join(tmpdir(), 'engine-plant-'))
  try {
    for (const name of ['src', 'test', 'package.json'])
      cpSync(join(original, name), join(copy, name), { recursive: true })
    symlinkSync(join(original, 'node_modules'), join(copy, 'node_modules'))
    const path = join(copy, 'src', file)
    const source = readFileSync(path, 'utf8')
    if (source.split(from).length !== 2) throw new Error(`${file} does not have once: ${from}`)
    writeFileSync(
      path,
      source.replace(from, () => to)
    )
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [join(copy, 'test', 'plants', 'run-checks.ts')],
      { encoding: 'utf8' }
    )
    if (status !== 0) throw new Error(stderr)
    return stdout.trim()
  } finally {
    rmSync(copy, { recursive: true })
  }
}

const [part = ''] = process.argv.slice(2)
for (const plant of plants.filter(({ name }) => name.includes(part))) {
  const found = findPlant(plant)
  console.log(`${plant.name}: ${found === '' ? 'NOT FOUND' : found}`)
  if (found === '') process.exitCode = 1
}
