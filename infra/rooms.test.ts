// Folders carry the words of the field, and imports between them go one way: no file imports in a
// circle, no room from one above it, no package from what stands around all of them. Types count as
// much as values.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { rooms } from './rooms.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8'
})
  .split('\n')
  .filter(file => file !== '' && existsSync(join(root, file)))
const sources = files.filter(file => /\.(?:tsx?|mjs)$/.test(file))
/** Folders of packages by their names: `@tocsin/domain` is `packages/domain`. */
const packages = new Map(
  files
    .filter(file => /^(?:packages|services)\/[\w-]+\/package\.json$/.test(file))
    .map(file => [
      (JSON.parse(readFileSync(join(root, file), 'utf8')) as { name: string }).name,
      dirname(file)
    ])
)
const imports = new Map(sources.map(file => [file, importsOf(file)]))

/** The files of the project that a file imports, types included. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const named = [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)'([^']+)'/g)].map(
    match => match[1] as string
  )
  return named.flatMap(name => {
    const [, scope, rest] = /^(@tocsin\/[\w-]+)\/(.+)$/.exec(name) ?? []
    const folder = scope === undefined ? undefined : packages.get(scope)
    if (folder !== undefined) return [`${folder}/src/${rest}.ts`]
    return name.startsWith('.') ? [normalize(join(dirname(file), name))] : []
  })
}

/** The room of a file in a package's sources; null for one that lies elsewhere. */
function roomOf(file: string, src: string): string | null {
  if (!file.startsWith(`${src}/`)) return null
  return dirname(file.slice(src.length + 1))
}

/** Where a room stands in its package's order; -1 for none. */
function placeOf(room: string, order: readonly string[]): number {
  return order.includes(room) ? order.indexOf(room) : order.indexOf(`${dirname(room)}/*`)
}

/** Files that import each other in a circle, each circle once. */
function circles(): readonly (readonly string[])[] {
  const [index, low, found] = [
    new Map<string, number>(),
    new Map<string, number>(),
    [] as string[][]
  ]
  const path: string[] = []
  const visit = (file: string): void => {
    index.set(file, index.size)
    low.set(file, index.get(file) as number)
    path.push(file)
    for (const next of imports.get(file) ?? []) {
      if (!imports.has(next)) continue
      if (!index.has(next)) visit(next)
      if (path.includes(next))
        low.set(file, Math.min(low.get(file) as number, low.get(next) as number))
    }
    if (low.get(file) !== index.get(file)) return
    const circle = path.splice(path.indexOf(file))
    if (circle.length > 1) found.push(circle)
  }
  for (const file of imports.keys()) if (!index.has(file)) visit(file)
  return found
}

describe('rooms', () => {
  it('are imported from one way: none from a room above it', () => {
    const upwards: string[] = []
    for (const [src, order] of Object.entries(rooms)) {
      for (const file of sources) {
        const room = roomOf(file, src)
        if (room === null) continue
        const place = placeOf(room, order)
        if (place === -1) upwards.push(`${file}: ${room} is no room of ${src}`)
        for (const imported of imports.get(file) ?? []) {
          const other = roomOf(imported, src)
          if (other === null || other === room) continue
          // Rooms that share a place stand side by side.
          if (placeOf(other, order) >= place) upwards.push(`${file} imports ${imported}`)
        }
      }
    }
    expect(upwards).toEqual([])
  })

  it('are all there', () => {
    const gone = Object.entries(rooms).flatMap(([src, order]) => {
      const taken = new Set(
        sources.flatMap(file => roomOf(file, src) ?? []).map(room => placeOf(room, order))
      )
      return order.filter((_room, place) => !taken.has(place)).map(room => `${src}/${room}`)
    })
    expect(gone).toEqual([])
  })

  it('hold no file that imports in a circle, types included', () => {
    expect(circles()).toEqual([])
  })

  it('import nothing from the tests of the whole', () => {
    const outward = [...imports].flatMap(([file, imported]) =>
      /^(?:packages|services)\//.test(file)
        ? imported
            .filter(other => other.startsWith('e2e/'))
            .map(other => `${file} imports ${other}`)
        : []
    )
    expect(outward).toEqual([])
    // By its package's name, or as a file that is read.
    const named = sources.filter(
      file =>
        /^(?:packages|services)\/[\w-]+\/src\//.test(file) &&
        /(?:\.\.\/|@tocsin\/)e2e\b/.test(readFileSync(join(root, file), 'utf8'))
    )
    expect(named).toEqual([])
  })

  it('keep routes apart: none imports another', () => {
    const isRoutes = (file: string) => /(?:^|\/)(?:[\w-]+-)?routes?\.ts$/.test(file)
    const between = [...imports].flatMap(([file, imported]) =>
      isRoutes(file) ? imported.filter(isRoutes).map(other => `${file} imports ${other}`) : []
    )
    expect(between).toEqual([])
  })
})
