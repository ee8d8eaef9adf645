// The queue as it is shown: filtered, folded, in order, and standing still while somebody reads; what is
// selected in it for an act on many; views that officers share; and closed alerts sought by words.

import { batch, computed, effect, signal } from '@preact/signals'
import { views } from '../http/requests.ts'
import {
  type Choices,
  choicesAmong,
  filterIn,
  formatAddress,
  formatQuery,
  isListed,
  isSame,
  type Judging,
  me,
  type Nows,
  noChoices,
  type QueueFilter,
  toTheMinute,
  wholeQueue
} from '../queue/queue-filter.ts'
import {
  heldRows,
  listRows,
  presentRow,
  type QueueRow,
  rowIn,
  StoryBook
} from '../queue/queue-rows.ts'
import { isOpen, type ShownAlert, severityRank } from '../shown/shown-alert.ts'
import { placeWords } from '../words/alert-words.ts'
import { codeNames } from '../words/code-names.ts'
import { words } from '../words/words.ts'
import { setAddress } from './address.ts'
import {
  caller,
  chosenId,
  closedList,
  closedWords,
  filter,
  isLive,
  nowIn,
  nowMs,
  picture,
  pictureAge,
  theatres
} from './console-state.ts'
import { command } from './forms.ts'
import { resource } from './resource.ts'

/** By id, with the revision that acts will state: an act on a changed alert is refused. */
export type Selection = ReadonlyMap<string, number>

/** Maximum of alerts in one act: they are sent one by one while somebody waits. */
export const selectedMax = 200

/** The alerts of a row, including those that are folded under it, since the row represents them. */
export function listAlerts({ alert, folded }: QueueRow): readonly ShownAlert[] {
  return [alert, ...folded]
}

export function isSelected(selection: Selection, row: QueueRow): boolean {
  return listAlerts(row).every(({ alertId }) => selection.has(alertId))
}

/** With or without these rows, up to the maximum. */
export function selecting(
  selection: Selection,
  rows: readonly QueueRow[],
  isOn: boolean
): Selection {
  const next = new Map(selection)
  for (const { alertId, operatorRevision } of rows.flatMap(listAlerts)) {
    if (!isOn) next.delete(alertId)
    else if (next.size < selectedMax && !next.has(alertId)) next.set(alertId, operatorRevision)
  }
  return next
}

/** The rows from one to another, in either order; only the latter if the former is missing. */
export function rowsBetween(
  rows: readonly QueueRow[],
  fromId: string | null,
  toId: string
): readonly QueueRow[] {
  const indexOf = (id: string | null) => rows.findIndex(({ alert }) => alert.alertId === id)
  const to = indexOf(toId)
  if (to < 0) return []
  const from = indexOf(fromId)
  return from < 0 ? rows.slice(to, to + 1) : rows.slice(Math.min(from, to), Math.max(from, to) + 1)
}

/** Ids of selected alerts in no row: another list is shown, or they changed. O(rows). */
export function listUnlisted(selection: Selection, rows: readonly QueueRow[]): readonly string[] {
  if (selection.size === 0) return []
  const unlisted = new Set(selection.keys())
  for (const row of rows) {
    for (const { alertId } of listAlerts(row)) unlisted.delete(alertId)
    if (unlisted.size === 0) break
  }
  return [...unlisted]
}

export const selection = signal<Selection>(new Map())
export const isSelecting = computed(() => selection.value.size > 0)

/** The row that was selected last: a range begins there. */
let lastId: string | null = null

/** Turns a row; with `isRange` all from the last one. `now`: a row as the officer sees it. */
export function pick(
  rows: readonly QueueRow[],
  id: string,
  isRange: boolean,
  now: (row: QueueRow) => QueueRow
): void {
  const row = rows.find(({ alert }) => alert.alertId === id)
  if (row === undefined) return
  const isOn = !isSelected(selection.value, now(row))
  selection.value = selecting(
    selection.value,
    (isRange ? rowsBetween(rows, lastId, id) : [row]).map(now),
    isOn
  )
  lastId = id
}

export function pickAll(rows: readonly QueueRow[]): void {
  selection.value = selecting(selection.value, rows, true)
}

export function unpick(ids: readonly string[]): void {
  const left = new Map(selection.value)
  for (const id of ids) left.delete(id)
  selection.value = left
}

export function pickNone(): void {
  selection.value = new Map()
  lastId = null
}

/** Ids of wholes with their parts shown. */
export const unfolded = signal<ReadonlySet<string>>(new Set())
/** The row that gets the focus when the list is back: that of the alert just closed. */
export const returnTo = signal<string | null>(null)
export function changeFilter(members: Partial<QueueFilter>): void {
  setAddress(formatAddress({ ...filter.value, ...members }))
}

export function closeAlert(): void {
  returnTo.value = chosenId.peek()
  setAddress({ alert: null }, { push: true })
}
/** The focus is in the list: a row that moved would lose it. */
export const hasFocus = signal(false)
/** Over the list: a row that moved would be pressed in the place of another. */
const isPointing = signal(false)
/** A pointer that rests this long no longer points, ms. */
const pointingMs = 3_000
let pointing: ReturnType<typeof setTimeout> | undefined

export function notePointer(isInside: boolean): void {
  clearTimeout(pointing)
  isPointing.value = isInside
  if (isInside)
    pointing = setTimeout(() => {
      isPointing.value = false
    }, pointingMs)
}
/** The list is scrolled away from its top. */
export const isScrolled = signal(false)

/** Changes each minute where the list asks for what changed lately, else never. */
const nowsAsked = computed(() => {
  if (filter.value.within === '') return null
  const of = Object.fromEntries(theatres.value.map(({ id }) => [id, nowIn(id)]))
  return JSON.stringify(toTheMinute({ suite: nowMs.value, of }))
})
const judging = computed<Judging>(() => ({
  me: caller.value?.name ?? '',
  placeOf: placeWords,
  nows: nowsAsked.value === null ? { suite: 0, of: {} } : (JSON.parse(nowsAsked.value) as Nows)
}))

/** Cached until the question changes: then all alerts are judged again. */
const book = computed(() => {
  // Names of places arrive later, and decide an order.
  codeNames.value
  const [asked, by] = [filter.value, judging.value]
  const made = new StoryBook({
    isListed: alert => isListed(asked, alert, by),
    sort: asked.sort,
    placeOf: placeWords
  })
  made.take(picture.alerts, picture.alerts.keys())
  return made
})

/** Read together: a later draw must not show changes in these rows that came since. */
const drawn = computed(() => {
  pictureAge.value
  const standing = book.value
  standing.take(picture.alerts, picture.takeTouched())
  const { isWhole, hasBeenWhole, openCount: open } = picture
  return {
    stories: standing.stories,
    shown: standing.size,
    open,
    all: picture.alerts.size,
    isWhole,
    hasBeenWhole
  }
})
const stories = computed(() => drawn.value.stories)
/** Whether all open alerts are in the list: until then the gravest are, and others are missing. */
export const isWhole = computed(() => drawn.value.isWhole)
/** For the map, at most once a second: ten thousand places are slow to draw. */
export const mapped = signal<{
  readonly alerts: readonly ShownAlert[]
  readonly filter: QueueFilter
}>({
  alerts: [],
  filter: filter.peek()
})
const mapEveryMs = 1_000
let mapDueMs = Number.POSITIVE_INFINITY
let mapDue: ReturnType<typeof setTimeout> | undefined

effect(() => {
  stories.value
  const waitMs = mapped.peek().alerts.length === 0 ? 0 : mapEveryMs
  const dueMs = performance.now() + waitMs
  if (dueMs >= mapDueMs) return
  clearTimeout(mapDue)
  mapDueMs = dueMs
  mapDue = setTimeout(() => {
    mapDueMs = Number.POSITIVE_INFINITY
    const alerts = stories.peek().flatMap(({ whole, parts }) => [whole, ...parts])
    mapped.value = { alerts, filter: filter.peek() }
  }, waitMs)
})

const wanted = computed(() => listRows(stories.value, unfolded.value, filter.value.group))

/** Rows must not move. Drafts of alerts that are not open do not freeze them. */
const isReading = computed(
  () =>
    pausedSinceMs.value !== null ||
    chosenId.value !== null ||
    isSelecting.value ||
    isScrolled.value ||
    hasFocus.value ||
    isPointing.value
)

const standing = signal<readonly QueueRow[]>([])

/** Frozen by a press since, ms. Not in the address: a link shows the present state. */
export const pausedSinceMs = signal<number | null>(null)

/** Rows wait behind the bar until they are let in, and do so until this is pressed again. */
export function pause(isOn: boolean): void {
  batch(() => {
    pausedSinceMs.value = isOn ? nowMs.peek() : null
    // What waited is let in, unless somebody reads.
    if (!isOn && !isReading.peek()) standing.value = wanted.peek()
  })
}

/** When it changes, the officer has asked for other rows. */
const asked = computed(() => JSON.stringify([filter.value, [...unfolded.value]]))
let lastAsked = ''
/** What came with the last part of the first list is not new: rows are frozen from then on. */
let wasWhole = false

effect(() => {
  const rows = wanted.value
  const isOther = asked.value !== lastAsked
  lastAsked = asked.value
  const isStill = isReading.value && wasWhole && !isOther
  wasWhole = drawn.value.hasBeenWhole
  if (!isStill || standing.peek().length === 0) standing.value = rows
})

export const queue = computed((): ReturnType<typeof heldRows> => {
  pictureAge.value
  return standing.value === wanted.value
    ? { rows: wanted.value, waiting: 0, worstWaiting: null, moved: 0 }
    : heldRows(standing.value, wanted.value, id => picture.alerts.get(id))
})

/** A row of the list as its alert is now. Only what can be seen is asked for. */
export function rowNow(row: QueueRow): QueueRow {
  pictureAge.value
  // Rows that move are as they should be.
  if (standing.value === wanted.value) return row
  const { alertId } = row.alert
  const story = book.value.findStory(alertId)
  const present = story === undefined ? undefined : rowIn(story, alertId, unfolded.value)
  return presentRow(row, present, picture.alerts.get(alertId))
}

export function showWaiting(): void {
  standing.value = wanted.value
}

/** Open and closed alerts on this page, by their words: open ones first, then the gravest. */
export function alertsNamed(text: string, max: number): readonly ShownAlert[] {
  const asked = { ...wholeQueue, status: 'all' as const, text }
  const rank = (alert: ShownAlert) => severityRank(alert.severity) + (isOpen(alert) ? 10 : 0)
  return [...picture.alerts.values()]
    .filter(alert => isListed(asked, alert, judging.value))
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, max)
}

export const counts = computed(() => {
  const { shown, open, all } = drawn.value
  return { shown, open, all }
})

/** What known alerts carry, for choosing. The same until a value comes or goes. */
export const choices = signal<Choices>(noChoices)
const chooseEveryMs = 1_000
let areChoicesDue = false
effect(() => {
  pictureAge.value
  if (areChoicesDue) return
  areChoicesDue = true
  // This scans all alerts: rarely enough to be cheap, and immediately when the first come.
  setTimeout(
    () => {
      areChoicesDue = false
      const next = choicesAmong(picture.alerts.values(), caller.peek()?.name ?? '')
      if (JSON.stringify(next) !== JSON.stringify(choices.peek())) choices.value = next
    },
    choices.peek().pattern.length === 0 ? 0 : chooseEveryMs
  )
})

/** Open alerts of who is signed in. */
export const mineCount = computed(
  () => choices.value.owner.find(([value]) => value === me)?.[1] ?? 0
)

export const savedViews = resource(() => views.list())
export const savedList = computed(() => savedViews.state.value.body?.items ?? [])
export const savingView = command({ fields: ['name'] })

/** The list as it is now, by its name. */
export const savedNow = computed(() =>
  savedList.value.find(({ query }) => isSame(filterIn(new URLSearchParams(query)), filter.value))
)

/** Renames the view that is shown, replaces the one of that name, else makes one. */
export async function saveView(name: string): Promise<void> {
  const now = savedNow.peek()
  const query = formatQuery(filter.peek())
  const renamed = now?.mayChange === true ? now : undefined
  const known = renamed ?? savedList.peek().find(each => each.mayChange && each.name === name)
  await savingView.send(
    () =>
      known === undefined ? views.save({ name, query }) : views.change(known.id, { name, query }),
    () => words.queueWork.savedView.done(name)
  )
  await savedViews.load()
}

export async function deleteView(id: string): Promise<void> {
  await savingView.send(
    () => views.delete(id),
    () => words.queueWork.savedView.deleted
  )
  await savedViews.load()
}

/** Longest text that the suite seeks. */
const soughtMax = 100
/** After the last letter, ms: a word is typed letter by letter. */
export const pauseMs = 400

/** Empty: all of them. The suite seeks letters and digits. */
export function readSought(text: string): string {
  const sought = text.trim().slice(0, soughtMax)
  return /[\p{L}\p{N}]/u.test(sought) ? sought : ''
}

const sought = computed(() => {
  const { status, text } = filter.value
  return status !== 'open' && isLive.value ? readSought(text) : ''
})

let due: ReturnType<typeof setTimeout> | undefined

effect(() => {
  const text = sought.value
  clearTimeout(due)
  if (text === closedWords.peek()) return
  due = setTimeout(
    () => {
      closedWords.value = text
      if (isLive.peek()) void closedList.load()
    },
    text === '' ? 0 : pauseMs
  )
})
