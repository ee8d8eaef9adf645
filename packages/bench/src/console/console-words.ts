// The bench `console` in words.

import type { Held } from './bench-browser.ts'
import type { ConsoleBench } from './console-figures.ts'
import { blockedMaxMs, type MainThread, type Task } from './main-thread.ts'
import type { Scrolled } from './scrolling.ts'

export function renderConsoleBench({
  mainThread,
  scrolled,
  slopes,
  held,
  short,
  ...of
}: ConsoleBench): string {
  const first = held[0] as Held
  const last = held.at(-1) as Held
  return [
    `console: ${of.open} open alerts, ${of.perSecond} events a second for ${of.seconds} s, ${of.hasMap ? 'with' : 'without'} the map`,
    `  frames a second while scrolling  ${scrolledText(scrolled.console)}`,
    `    plain rows, by turns           ${scrolledText(scrolled.plain)}`,
    `  main thread                      ${mainThreadText(mainThread.console)}`,
    `    plain rows, beside it          ${mainThreadText(mainThread.plain)}`,
    `  heap ${first.heapMb.toFixed(1)} MB loaded, ${last.heapMb.toFixed(1)} at the end; each minute ${signed(slopes.heapKb)} kB, ${signed(slopes.nodes)} nodes, ${signed(slopes.listeners)} listeners`,
    of.reached ? 'REACHED' : `SHORT: ${short.join('; ')}`
  ].join('\n')
}

/** A line of a minute. */
export function heldText(
  minute: number,
  { heapMb, nodes, listeners }: Held,
  thread: MainThread
): string {
  return `  ${String(minute).padStart(4)}  ${heapMb.toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners, ${mainThreadText(thread)}`
}

function scrolledText({ fps, fpsMean, longestMs }: Scrolled): string {
  return `${fpsMean.toFixed(0)} (${fps.map(each => each.toFixed(0)).join(', ')}), longest frame ${longestMs.toFixed(0)} ms`
}

function mainThreadText({ longest, busiest, over, cpuMs, traceMs }: MainThread): string {
  const share = traceMs === 0 ? 0 : (100 * cpuMs) / traceMs
  return `longest task ${taskText(longest)}, busiest runs ${busiest.cpuMs.toFixed(0)} ms, ${over} over ${blockedMaxMs} ms, runs ${share.toFixed(0)} % of the time`
}

function taskText({ wallMs, cpuMs }: Task): string {
  return `${wallMs.toFixed(0)} ms (runs ${cpuMs.toFixed(0)} of it)`
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`
}
