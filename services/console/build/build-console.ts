// Builds the console into `dist` when what it is made of has changed since the last time. Started
// by `npm start` and by the build of the image; tests call it too.

import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { join, relative } from 'node:path'
import { baseMapName, makeBaseMap } from './base-map.ts'

const root = join(import.meta.dirname, '..')
const built = join(root, 'dist')
const stampName = 'made-of.txt'
/** It goes wherever the font goes. */
const fontLicence = join(root, 'node_modules', '@fontsource-variable', 'inter', 'LICENSE')
/** Of the folder in which a process builds, before its id. */
const madePrefix = 'dist-'
const oldSuffix = '-old'

/** Hash of the sources, of what is bundled with them, and of the versions of all libraries. */
function madeOf(): string {
  const hash = createHash('sha256')
  const take = (path: string): void => {
    hash.update(`${relative(root, path)}\n`).update(readFileSync(path))
  }
  const bundled = [
    '../../packages/client/src',
    '../../packages/rule-packs/src',
    '../../packages/gazetteer/src/world'
  ]
  for (const folder of ['src', 'build', ...bundled])
    for (const file of filesIn(join(root, folder))) take(file)
  for (const file of ['index.html', 'report.html', 'package.json', '../../pnpm-lock.yaml']) {
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

/** Resolves to whether it built. `say` is told before it does, and how long it took. */
export async function buildConsole(say: (text: string) => void = () => {}): Promise<boolean> {
  const stamp = join(built, stampName)
  const wanted = madeOf()
  const isThere = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  if (isThere()) return false
  say('building the console (only when its sources changed) …')
  const beganMs = performance.now()
  dropLeftBehind()
  const made = join(root, `${madePrefix}${process.pid}`)
  try {
    const { build } = await import('vite')
    const { consoleConfig, reportPageConfig } = await import('./vite-config.ts')
    const mapName = baseMapName()
    await build(consoleConfig(root, made, mapName))
    await build(reportPageConfig(root, made, mapName))
    const madeBefore = join(built, 'assets', mapName)
    if (existsSync(madeBefore)) copyFileSync(madeBefore, join(made, 'assets', mapName))
    else writeFileSync(join(made, 'assets', mapName), makeBaseMap())
    copyFileSync(fontLicence, join(made, 'assets', 'inter-licence.txt'))
    writeFileSync(join(made, stampName), wanted)
    takePlace(made, isThere)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
  say(`the console is built, in ${((performance.now() - beganMs) / 1000).toFixed(1)} s`)
  return true
}

/**
 * Puts a whole build in the place of the old one, unless another process has put the same there.
 */
function takePlace(made: string, isThere: () => boolean): void {
  for (;;) {
    if (isThere()) return
    const old = `${made}${oldSuffix}`
    // Moved, not emptied: a suite that reads it meanwhile finds the one or the other. Where another
    // process moves it too, one of the two finds nothing to move, or its place taken, and looks
    // again.
    if (renamed(built, old)) rmSync(old, { recursive: true, force: true })
    if (renamed(made, built)) return
    if (!existsSync(made)) throw new Error(`${made} has gone while it was built`)
  }
}

const inTheWay: readonly unknown[] = ['ENOENT', 'EEXIST', 'ENOTEMPTY', 'EPERM']

/** Whether a folder was moved; not, where it has gone or where something stands in its place. */
function renamed(from: string, to: string): boolean {
  if (!existsSync(from)) return false
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (inTheWay.includes((error as NodeJS.ErrnoException).code)) return false
    throw error
  }
}

/** What builds have left that were killed. */
function dropLeftBehind(): void {
  for (const name of readdirSync(root)) {
    if (!name.startsWith(madePrefix)) continue
    const pid = Number.parseInt(name.slice(madePrefix.length), 10)
    if (!isRunning(pid)) rmSync(join(root, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    await buildConsole(text => console.error(text))
  } catch (error) {
    // Whoever changed it needs the file and the line; an older page would pass for what was
    // changed.
    console.error(
      `the console could not be built, and no older one is served in its place:\n${(error as Error).message}`
    )
    process.exitCode = 1
  }
}
