// The measuring loops: sides that are measured by turns, calls one after the other, and work at a
// steady rate.

import { setTimeout as delay } from 'node:timers/promises'
import { computeMedian } from './quantiles.ts'

/** What one turn of a side did. */
export interface Slice {
  readonly count: number
  readonly ms: number
  /** CPU time of the measured process; 0 where it is not measured. */
  readonly cpuMs: number
}

/** Works for about so many seconds. */
export type Side = (seconds: number) => Promise<Slice>

export interface Rates {
  readonly slices: readonly Slice[]
  readonly perSecond: number
  readonly perCpuSecond: number
}

export interface TurnOptions {
  /** Of each side. */
  readonly seconds: number
  readonly sliceSeconds: number
  /** Of each side, before its first turn; default: one turn. */
  readonly warmUpSeconds?: number
}

/** Measures sides by turns, so that the other work of a machine affects all of them. */
export async function measureByTurns<Name extends string>(
  sides: Readonly<Record<Name, Side>>,
  { seconds, sliceSeconds, warmUpSeconds = sliceSeconds }: TurnOptions
): Promise<Readonly<Record<Name, Rates>>> {
  const names = Object.keys(sides) as Name[]
  const slices = new Map(names.map(name => [name, [] as Slice[]]))
  for (const name of names) await sides[name](warmUpSeconds)
  const turns = Math.max(1, Math.round(seconds / sliceSeconds))
  for (let turn = 0; turn < turns; turn++)
    for (const [name, own] of slices) own.push(await sides[name](sliceSeconds))
  const rates = Array.from(slices, ([name, own]) => [name, computeRates(own)] as const)
  return Object.fromEntries(rates) as Record<Name, Rates>
}

export function computeRates(slices: readonly Slice[]): Rates {
  const sum = (member: keyof Slice) => slices.reduce((total, slice) => total + slice[member], 0)
  const count = sum('count')
  return {
    slices,
    perSecond: (count / sum('ms')) * 1000,
    perCpuSecond: (count / sum('cpuMs')) * 1000
  }
}

/** The median over the pairs of turns of how many times faster `side` is on the wall clock. */
export function computeTurnRatio(side: Rates, ceiling: Rates): number {
  return computeMedian(
    side.slices.map(
      (slice, i) => computeRates([slice]).perSecond / computeRates([ceiling.slices[i]!]).perSecond
    )
  )
}

/** Times one call after the other, ms. The first tenth of the time is a warm-up. */
export async function timeCalls(
  seconds: number,
  call: () => Promise<unknown>
): Promise<readonly number[]> {
  const samplesMs: number[] = []
  const startMs = performance.now()
  while (performance.now() - startMs < seconds * 1000 || samplesMs.length === 0) {
    const beganMs = performance.now()
    await call()
    if (beganMs - startMs > seconds * 100) samplesMs.push(performance.now() - beganMs)
  }
  return samplesMs
}

export interface RateOptions {
  readonly perSecond: number
  readonly count: number
}

/**
 * Starts work at a steady rate, whether or not the work before is finished, as the world does.
 * `work` gets its number and the time at which it was due. Resolves once all work is finished.
 */
export async function startAtRate<T>(
  { perSecond, count }: RateOptions,
  work: (number: number, dueMs: number) => Promise<T>
): Promise<readonly T[]> {
  const startMs = performance.now()
  const started: Promise<T>[] = []
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => {})
  for (let number = 0; number < count; number++) {
    const dueMs = startMs + (number * 1000) / perSecond
    while (performance.now() < dueMs)
      await Promise.race([
        delay(Math.min(5, Math.max(0, dueMs - performance.now()))),
        failure.promise
      ])
    const one = work(number, dueMs)
    one.catch(failure.reject)
    started.push(one)
  }
  return Promise.all(started)
}
