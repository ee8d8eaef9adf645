// The life of a map in a view: its files, loaded once when it comes into view, drawn, with a message
// where either fails, and retried.

import { signal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { wholeFiles } from '../../http/whole-files.ts'
import {
  adjoiningAreas,
  areaFrames,
  type BaseMap,
  type Bounds,
  type PackedMap,
  unpackMap
} from '../../map/base-map.ts'
import { address } from '../../state/address.ts'
import { adjoining } from '../../state/incidents.ts'

export type MapLoading = 'loading' | 'drawing' | 'shown' | 'not-loaded' | 'not-drawn' | 'faulty'

/** Then a map is reported as not drawn, ms; it still shows later. Processors take seconds. */
const drawnWithinMs = 20_000

interface Canvas {
  /** Settles when all in view has been drawn: before, an empty sea would look like no alerts. */
  readonly drawn: Promise<void>
  close(): void
}

/** Calls once an element is in view; returns what ends the wait. Maps load when seen. */
function whenSeen(element: Element | null, call: () => void): () => void {
  const observer = new IntersectionObserver(entries => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return
    observer.disconnect()
    call()
  })
  if (element !== null) observer.observe(element)
  return () => observer.disconnect()
}

interface UsedMap<C extends Canvas> {
  readonly container: RefObject<HTMLDivElement | null>
  readonly canvas: C | null
  readonly loading: MapLoading
  readonly again: () => void
}

/** Redraws a map when the colours of the page change: by choice, or at dusk. */
export function useRecolour(canvas: { recolour(): void } | null): void {
  const look = address.value.get('look')
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined
    const recolour = () => {
      clearTimeout(soon)
      // After the page itself has taken them.
      soon = setTimeout(() => canvas?.recolour())
    }
    recolour()
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', recolour)
    return () => {
      clearTimeout(soon)
      scheme.removeEventListener('change', recolour)
    }
  }, [look, canvas])
}

/** `open` begins a map in the element; null where the browser can draw none. */
export function useMap<C extends Canvas>(
  open: (element: HTMLElement, files: MapFiles) => Promise<C | null>
): UsedMap<C> {
  const container = useRef<HTMLDivElement | null>(null)
  const [canvas, setCanvas] = useState<C | null>(null)
  const [loading, setLoading] = useState<MapLoading>('loading')
  const [attempt, setAttempt] = useState(0)
  const opening = useRef(open)
  opening.current = open
  useEffect(() => {
    let opened: C | null = null
    let isOver = false
    let slow: ReturnType<typeof setTimeout> | undefined
    const tell = (state: MapLoading) => (isOver ? undefined : setLoading(state))
    const begin = async (): Promise<void> => {
      const files = await mapFiles()
      const element = container.current
      if (files === null) tell('not-loaded')
      if (files === null || element === null || isOver) return
      tell('drawing')
      slow = setTimeout(() => tell('not-drawn'), drawnWithinMs)
      opened = await opening.current(element, files)
      // For example without WebGL. The list has the same content.
      if (opened === null) return tell('not-drawn')
      if (isOver) return opened.close()
      setCanvas(opened)
      await opened.drawn
      clearTimeout(slow)
      tell('shown')
    }
    tell('loading')
    const unwatch = whenSeen(container.current, () => {
      begin().catch((fault: unknown) => {
        clearTimeout(slow)
        tell('faulty')
        // For who mends it: the page knows no reason.
        throw fault
      })
    })
    return () => {
      isOver = true
      clearTimeout(slow)
      unwatch()
      opened?.close()
      setCanvas(null)
    }
  }, [attempt])
  return { container, canvas, loading, again: () => setAttempt(attempt + 1) }
}

declare const BASE_MAP_FILE: string
/** Scripts and styles of `map-script.ts`, with commas between. */
declare const MAP_SCRIPT_FILES: string

interface MapFiles {
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
async function mapFiles(): Promise<MapFiles | null> {
  files ??= load()
  const had = await files
  if (had === null) files = null
  return had
}
