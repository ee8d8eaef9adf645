// What a view asks the suite for, and keeps asking while it is shown. What was answered stays when
// a later answer fails.

import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Answer, pageNow } from '../http/answers.ts'
import type { Page } from '../http/requests.ts'
import type { Asked } from '../shown/answers.ts'

/** By the name that a frame has. */
export type ChangingList =
  | 'silences'
  | 'watches'
  | 'views'
  | 'subscriptions'
  | 'sources'
  | 'theatres'
  | 'rules'
  | 'deliveries'

const readers = new Map<string, Set<() => void>>()

/** Returns what ends it. */
export function onListChanged(list: ChangingList, read: () => void): () => void {
  const known = readers.get(list) ?? new Set()
  readers.set(list, known.add(read))
  return () => known.delete(read)
}

export function noteListChanged(list: string): void {
  for (const read of readers.get(list) ?? []) read()
}

/** The link was gone, and may have missed some. */
export function noteListsMissed(): void {
  for (const list of readers.keys()) noteListChanged(list)
}

export interface Resource<T> {
  readonly state: ReadonlySignal<Asked<T>>
  /** One question at a time. Resolves to the answer of a question asked from now on. */
  readonly load: () => Promise<void>
  readonly key: () => string
}

interface ResourceOptions {
  /** What is asked about, such as an id: an answer about something else is not shown. */
  readonly key?: () => string
  readonly clock?: () => number
}

const nothing = { body: null, failure: null, toldAtMs: null }

export function resource<T>(
  ask: () => Promise<Answer<T>>,
  { key = () => '', clock = pageNow }: ResourceOptions = {}
): Resource<T> {
  const told = signal<{ readonly of: string; readonly asked: Asked<T> }>({ of: '', asked: nothing })
  /** The question that is under way. `isDue`: it was asked for once more meanwhile. */
  let pending: { readonly of: string; isDue: boolean; done: Promise<void> } | null = null
  const state = computed(() => (told.value.of === key() ? told.value.asked : nothing))
  const askWhileDue = async (turn: NonNullable<typeof pending>) => {
    while (turn.isDue && pending === turn) {
      turn.isDue = false
      const answer = await ask()
      // Something else is shown meanwhile.
      if (turn.of !== key()) break
      told.value = { of: turn.of, asked: after(state.peek(), answer, clock()) }
    }
    if (pending === turn) pending = null
  }
  const load = () => {
    const of = key()
    if (pending?.of === of) pending.isDue = true
    else {
      pending = { of, isDue: true, done: Promise.resolve() }
      pending.done = askWhileDue(pending)
    }
    return pending.done
  }
  return { state, load, key }
}

function after<T>(before: Asked<T>, answer: Answer<T>, nowMs: number): Asked<T> {
  if (answer.kind === 'ok') return { body: answer.body, failure: null, toldAtMs: nowMs }
  if (answer.kind === 'unreachable') return { ...before, failure: 'unreachable' }
  const { detail, status } = answer.problem
  // It does not exist, or not for this caller: the earlier data is no longer shown.
  const isOver = status === 403 || status === 404
  return { ...(isOver ? nothing : before), failure: { detail, status } }
}

export interface Pages<T> extends Resource<Page<T>> {
  /** Of all pages that are shown: no row between them is missing. */
  readonly all: ReadonlySignal<readonly T[]>
  readonly next: ReadonlySignal<string | null>
  readonly loadOlder: () => Promise<void>
}

/** Asks for all shown pages again, one after the other: rows move between pages, and change. */
export function createPages<T>(
  ask: (cursor: string | null) => Promise<Answer<Page<T>>>,
  options: ResourceOptions = {}
): Pages<T> {
  const { key = () => '' } = options
  let depth = { of: '', pages: 1 }
  const askAll = async (): Promise<Answer<Page<T>>> => {
    if (depth.of !== key()) depth = { of: key(), pages: 1 }
    const { of, pages } = depth
    let whole = await ask(null)
    for (let asked = 1; asked < pages && of === key(); asked++) {
      if (whole.kind !== 'ok' || whole.body.next === null) break
      const older = await ask(whole.body.next)
      whole = older.kind === 'ok' ? { ...older, body: joined(whole.body, older.body) } : older
    }
    return whole
  }
  const shown = resource(askAll, options)
  const all = computed(() => shown.state.value.body?.items ?? [])
  const next = computed(() => shown.state.value.body?.next ?? null)
  const loadOlder = async () => {
    if (next.peek() === null) return
    depth = { of: key(), pages: depth.pages + 1 }
    await shown.load()
  }
  return { ...shown, all, next, loadOlder }
}

function joined<T>(newer: Page<T>, older: Page<T>): Page<T> {
  return { items: [...newer.items, ...older.items], next: older.next }
}

/** The interval, ms; or the lists whose change asks again, and a slow interval besides. */
type Again = number | readonly ChangingList[]
/** For changes that nobody says to this key, such as the end of a shift, ms. */
const slowMs = 60_000

/** Asked for while it is shown, and again once it is about something else. */
export function useResource<T>(asked: Resource<T>, again: Again): Asked<T> {
  const of = asked.key()
  useEffect(() => askWhileSeen(asked.load, again), [asked, of])
  return asked.state.value
}

/** Asks immediately and then at intervals, while the view is shown and its tab is visible. */
export function useAsking(
  load: () => Promise<void>,
  again: Again,
  on: readonly unknown[] = []
): void {
  useEffect(() => askWhileSeen(load, again), on)
}

/** At once, at intervals while the tab is visible, and when it returns. Returns its end. */
export function askWhileSeen(
  load: () => Promise<void>,
  again: Again,
  tab: Document = document
): () => void {
  const [everyMs, lists] = typeof again === 'number' ? [again, []] : [slowMs, again]
  const loadSeen = () => {
    if (!tab.hidden) void load()
  }
  void load()
  const timer = setInterval(loadSeen, everyMs)
  const ends = lists.map(list => onListChanged(list, loadSeen))
  // Hours may have passed: the old data is not shown for another turn.
  tab.addEventListener('visibilitychange', loadSeen)
  return () => {
    clearInterval(timer)
    for (const end of ends) end()
    tab.removeEventListener('visibilitychange', loadSeen)
  }
}
