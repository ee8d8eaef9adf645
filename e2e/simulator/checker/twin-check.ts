// Promise 6: a limited reader got what it would get from a log without rumours. Numbers of events may
// differ: the fold of the officer's clearance publishes a refusal, and rumours add folds.

import type { FeedReader } from '../actors/feed-reader.ts'
import { rumourSource } from '../actors/rumours.ts'
import type { Entry, StoreReader } from '../world/store-reader.ts'
import type { World } from '../world/world.ts'
import { type AlertData, calling, LevelView } from './level-view.ts'
import { writeExpected, writeReceived } from './statement-members.ts'
import { foldTheatre } from './theatre-folds.ts'
import { recordsOf } from './theatre-records.ts'

export const noTrace = '6 no trace of what is hidden'

/**
 * `reader`: a reader of the whole feed, limited to one theatre. Returns the number of compared
 * events.
 */
export function checkTwin(
  world: World,
  disk: StoreReader,
  { options: { name, principal }, reading }: FeedReader
): number {
  const theatres = principal.theatres === '*' ? [] : principal.theatres
  const view = new LevelView(principal.handling)
  const due = theatres.flatMap(theatre => {
    const records = recordsOf(theatre, disk)
    const rumours = new Set(
      records.flatMap(({ type, data }) =>
        type === 'report.received' && data.sourceId === rumourSource ? [data.reportId] : []
      )
    )
    const others = records.filter(
      ({ type, data }) =>
        (type !== 'report.received' && type !== 'report.withdrawn') || !rumours.has(data.reportId)
    )
    return listTold(foldTheatre(theatre, others), principal.handling)
  })
  const told = theatres.flatMap(theatre =>
    listTold(foldTheatre(theatre, recordsOf(theatre, disk)), principal.handling)
  )
  const parted = listParted(told, due)
  const wanted = due
    .filter(({ data }) => !parted.has(data.alertId))
    .map(({ id, data }) => `${id} ${writeExpected(calling(data, false), view)}`)
  const got = reading.events
    .filter(
      ({ type, data }) => !type.includes('action-refused') && !parted.has(String(data.alertId))
    )
    .map(({ id, data }) => `${dropNumber(id)} ${writeReceived(data)}`)
  const at = wanted.findIndex((line, i) => line !== got[i])
  if (at >= 0 || got.length > wanted.length) {
    const where = at < 0 ? wanted.length : at
    world.violate(
      noTrace,
      `${name}: event ${where + 1}\n    was     ${got[where]}\n    without ${wanted[where]}`
    )
  }
  return wanted.length
}

interface Told {
  readonly id: string
  readonly data: AlertData
}

function listTold(entries: readonly Entry[], handling: string): Told[] {
  const view = new LevelView(handling)
  return entries.flatMap(entry => {
    const told = view.take(entry)
    return told.kind === 'told' ? [{ id: dropNumber(entry.id), data: told.data }] : []
  })
}

/** Alerts with an act in one log alone: a rumour had joined the alert that the officer acted on. */
function listParted(one: readonly Told[], other: readonly Told[]): ReadonlySet<string> {
  const listActs = (events: readonly Told[]) =>
    new Map(
      events.flatMap(({ data: { action, alertId } }) =>
        action ? [[action.actionId, alertId]] : []
      )
    )
  const [acts, otherActs] = [listActs(one), listActs(other)]
  const differs = ([actionId, alertId]: [string, string]) =>
    (acts.get(actionId) === alertId) !== (otherActs.get(actionId) === alertId)
  return new Set([...acts, ...otherActs].filter(differs).map(([, alertId]) => alertId))
}

/** `sahel:partners:7` without its number. */
function dropNumber(id: string): string {
  return id.replace(/:\d+$/, '')
}
