// A pattern that tells each handling its own: a layer folds the reports of its level or below, and
// tells the findings whose strictest trigger is of that level. So what readers of a level are told
// rests on nothing that they may not see. Readers who see more get the findings of several layers.
// Source: decision 0033.

import type { Finding } from '../finding/finding.ts'
import type { Incident } from '../incident/incident.ts'
import { type Handling, handlings, maySee, stricter } from '../report/handling.ts'
import type { Span } from '../space-time/event-time.ts'
import type { Pattern } from './pattern.ts'

interface Layer<S> {
  readonly handling: Handling
  readonly state: S
}

/**
 * Layers of the levels in use, the most open first: a level without reports of its own would tell
 * nothing.
 */
export interface Layers<S> {
  /** The state of a layer before any incident. */
  readonly fresh: S
  readonly layers: readonly Layer<S>[]
}

/** The layer of a finding with these triggers. */
export function layerOf(triggers: readonly Incident[]): Handling {
  let strictest: Handling = 'public'
  for (const { handling } of triggers) strictest = stricter(strictest, handling)
  return strictest
}

/**
 * The pattern in layers. Its findings must have a `layer`, and incidents below the grade must only
 * support: layers of every level take those, since readers are shown the support that they may see.
 * Cost: a step and a state for each level in use from that of the report up.
 */
export function layered<P, S>(pattern: Omit<Pattern<P, S>, 'nearly'>): Pattern<P, Layers<S>> {
  const { initial, step, findings, nextChangeMs, nextAbsenceMs, tellsTheSame, forget, ...head } =
    pattern
  const told = new ToldByLayers()
  const absence: Pick<Pattern<P, Layers<S>>, 'nextAbsenceMs'> = nextAbsenceMs === undefined
    ? {}
    : {
        nextAbsenceMs: ({ layers }, ms, parameters) =>
          earliestOf(layers, state => nextAbsenceMs(state, ms, parameters))
      }
  const sameness: Pick<Pattern<P, Layers<S>>, 'tellsTheSame'> = tellsTheSame === undefined
    ? {}
    : { tellsTheSame: (a, b) => areAlike(a.layers, b.layers, tellsTheSame) }
  return {
    ...head,
    initial: scope => ({ fresh: initial(scope), layers: [] }),
    step: (all, incident, parameters) =>
      changed(
        withLayerFor(all, incident),
        layer => takes(layer, incident),
        state => step(state, incident, parameters)
      ),
    findings: ({ layers }, horizonMs, parameters, unheard: readonly Span[], watermarkMs) =>
      told.of(
        layers.map(({ handling, state }) => [
          handling,
          findings(state, horizonMs, parameters, unheard, watermarkMs)
        ])
      ),
    nextChangeMs: ({ layers }, horizonMs, parameters, unheard) =>
      earliestOf(layers, state => nextChangeMs(state, horizonMs, parameters, unheard)),
    ...absence,
    ...sameness,
    forget: (all, beforeMs) =>
      changed(
        all,
        () => true,
        state => forget(state, beforeMs)
      ),
    isBlank: ({ fresh, layers }) =>
      layers.every(({ state }) => JSON.stringify(state) === JSON.stringify(fresh))
  }
}

function takes({ handling }: Pick<Layer<unknown>, 'handling'>, incident: Incident): boolean {
  return !incident.passesGrade || maySee(handling, incident.handling)
}

/**
 * With a layer of the incident's level, which begins as the next more open one: until now both
 * would hold the same.
 */
function withLayerFor<S>(all: Layers<S>, { handling, passesGrade }: Incident): Layers<S> {
  if (!passesGrade || all.layers.some(layer => layer.handling === handling)) return all
  const open = all.layers.filter(layer => maySee(handling, layer.handling))
  const strict = all.layers.slice(open.length)
  return {
    ...all,
    layers: [...open, { handling, state: open.at(-1)?.state ?? all.fresh }, ...strict]
  }
}

/** The same object if no state changes. */
function changed<S>(
  all: Layers<S>,
  isMeant: (layer: Layer<S>) => boolean,
  next: (state: S) => S
): Layers<S> {
  let isSame = true
  const layers = all.layers.map(layer => {
    const state = isMeant(layer) ? next(layer.state) : layer.state
    if (state === layer.state) return layer
    isSame = false
    return { handling: layer.handling, state }
  })
  return isSame ? all : { ...all, layers }
}

/** True for the same levels with states that are alike. */
function areAlike<S>(
  a: readonly Layer<S>[],
  b: readonly Layer<S>[],
  isAlike: (a: S, b: S) => boolean
): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const one = a[i] as Layer<S>
    const other = b[i] as Layer<S>
    if (
      one.handling !== other.handling ||
      (one.state !== other.state && !isAlike(one.state, other.state))
    )
      return false
  }
  return true
}

/** The earliest moment that one of several states names; null if none does. */
export function earliestOf<S>(
  all: readonly { readonly state: S }[],
  momentOf: (state: S) => number | null
): number | null {
  let least: number | null = null
  for (const { state } of all) {
    const ms = momentOf(state)
    if (ms !== null && (least === null || ms < least)) least = ms
  }
  return least
}

type Given = readonly (readonly [Handling, readonly Finding[]])[]

/** Lists of findings of several layers as one. The same lists give the same list. */
class ToldByLayers {
  readonly #own = new Map<Handling, WeakMap<readonly Finding[], readonly Finding[]>>(
    handlings.map(handling => [handling, new WeakMap()])
  )
  /** By the last of the lists. */
  readonly #all = new WeakMap<
    readonly Finding[],
    { readonly lists: Given; readonly told: readonly Finding[] }
  >()

  of(lists: Given): readonly Finding[] {
    const last = lists.at(-1)
    if (last === undefined) return nothing
    // All triggers are of the only level.
    if (lists.length === 1) return last[1]
    const known = this.#all.get(last[1])
    if (known !== undefined && areSame(known.lists, lists)) return known.told
    const told = lists.flatMap(([handling, list]) => this.#ownOf(handling, list))
    this.#all.set(last[1], { lists, told })
    return told
  }

  #ownOf(handling: Handling, list: readonly Finding[]): readonly Finding[] {
    const ofLevel = this.#own.get(handling)
    const own = ofLevel?.get(list) ?? list.filter(({ layer }) => layer === handling)
    ofLevel?.set(list, own)
    return own
  }
}

function areSame(a: Given, b: Given): boolean {
  return (
    a.length === b.length &&
    a.every(([handling, list], i) => b[i]?.[0] === handling && b[i][1] === list)
  )
}

const nothing: readonly Finding[] = []
