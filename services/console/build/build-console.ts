// Builds the console into `dist` when what it is made of has changed since the last time. Started by `npm start` and by the build
// of the image; tests call it too.

import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { baseMapName, makeBaseMap } from './base-map.ts'

const root = join(import.meta.dirname, '..')
const built = join(root, 'dist')
const stampName = 'made-of.txt'

/** Hash of the sources, of what is bundled with them, and of the versions of all libraries. */
function madeOf(): string {
  const hash = createHash('sha256')
  const take = (path: string): void => {
    hash.update(`${relative(root, path)}\n`).update(readFileSync(path))
  }
  for (const folder of ['src', 'build', '../../packages/client/src', '../../packages/rule-packs/src'])
    for (const file of filesIn(join(root, folder))) take(file)
  for (const file of ['index.html', 'package.json', '../../pnpm-lock.yaml']) {
    if (existsSync(join(root, file))) take(join(root, file))
  }
  return hash.update(baseMapName()).digest('hex')
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}

/** Resolves to whether it built. `say` is told before it does: it takes some seconds. */
export async function buildConsole(say: (text: string) => void = () => {}): Promise<boolean> {
  const stamp = join(built, stampName)
  const wanted = madeOf()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false
  say('building the console (only when its sources changed) …')
  const made = join(root, `dist-${process.pid}`)
  const { build } = await import('vite')
  const { consoleConfig } = await import('./vite-config.ts')
  const mapName = baseMapName()
  await build(consoleConfig(root, made, mapName))
  const madeBefore = join(built, 'assets', mapName)
  if (existsSync(madeBefore)) copyFileSync(madeBefore, join(made, 'assets', mapName))
  else writeFileSync(join(made, 'assets', mapName), makeBaseMap())
  writeFileSync(join(made, stampName), wanted)
  takePlace(made, () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted)
  return true
}

/** Puts a whole build in the place of the old one, unless another process has just put the same there. */
function takePlace(made: string, isThere: () => boolean): void {
  const old = `${made}-old`
  try {
    // Moved, not emptied: a suite that reads it meanwhile finds the one or the other.
    if (existsSync(built)) renameSync(built, old)
    renameSync(made, built)
    rmSync(old, { recursive: true, force: true })
  } catch (error) {
    if (!isThere()) throw error
    for (const left of [made, old]) rmSync(left, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename) await buildConsole(text => console.error(text))
