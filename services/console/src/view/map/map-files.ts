// The files of a map, loaded once when a map is first shown. All are fetched before any runs: then
// the browser has them, and a failed fetch can be retried, which a script imported as a module
// cannot.

import { signal } from '@preact/signals'
import { wholeFiles } from '../../http/whole-files.ts'
import {
  adjoiningAreas,
  areaFrames,
  type BaseMap,
  type Bounds,
  type PackedMap,
  unpackMap
} from '../../map/base-map.ts'
import { adjoining } from '../../state/incidents.ts'

declare const BASE_MAP_FILE: string
/** Scripts and styles of `map-script.ts`, with commas between. */
declare const MAP_SCRIPT_FILES: string

export interface MapFiles {
  readonly base: BaseMap
  readonly script: typeof import('./map-script.ts')
}

let files: Promise<MapFiles | null> | null = null
/** Bounds of each area of the map: empty until loaded. */
export const mapFrames = signal<ReadonlyMap<string, Bounds>>(new Map())

async function load(): Promise<MapFiles | null> {
  const names = [`assets/${BASE_MAP_FILE}`, ...MAP_SCRIPT_FILES.split(',')]
  const urls = names.map(name => new URL(name, document.baseURI).href)
  const [file] = await wholeFiles(urls).catch(() => [])
  if (file === undefined) return null
  const packed = JSON.parse(await file.text()) as PackedMap
  const base = unpackMap(packed)
  const script = await import('./map-script.ts')
  mapFrames.value = areaFrames(base.land)
  adjoining.value = adjoiningAreas(packed)
  return { base, script }
}

/** Null if they could not be had: the next call asks again. */
export async function mapFiles(): Promise<MapFiles | null> {
  files ??= load()
  const had = await files
  if (had === null) files = null
  return had
}
