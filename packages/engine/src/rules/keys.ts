// Keys of scopes. A key is one integer, or two packed into one; its lowest bit separates drills.

import type { Incidents } from '../data/incidents.ts'
import { flag } from '../data/vocabulary.ts'

/** Interned numbers are below this. */
const pairBase = 2 ** 24

export function makePair(first: number, second: number): number {
  return first * pairBase + second
}

export function getFirst(pair: number): number {
  return Math.floor(pair / pairBase)
}

export function getSecond(pair: number): number {
  return pair % pairBase
}

/** The key of an incident: a value with the drill bit. */
export function makeKey(incidents: Incidents, row: number, value: number): number {
  return value * 2 + ((incidents.columns.flags[row]! & flag.drill) === 0 ? 0 : 1)
}

export function addKey(into: number[], key: number): void {
  if (!into.includes(key)) into.push(key)
}

export function removeDrillBit(key: number): number {
  return Math.floor(key / 2)
}

export function isDrillKey(key: number): boolean {
  return key % 2 === 1
}
