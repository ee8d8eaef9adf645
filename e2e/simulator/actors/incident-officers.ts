// Officers who correct incidents: they split and merge concurrently on the same incident, and retry
// without an answer.

import { owner } from '@tocsin/auth/sign-in/authentication'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { topics } from '@tocsin/event-log/topics'
import { askAboutIncident, type IncidentAnswer } from '@tocsin/notifier/actions/incident-acts'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { FactTable } from '@tocsin/read-model/reports/fact-table'
import { reportTables } from '@tocsin/read-model/schema'
import { PairDeclarations } from '@tocsin/read-model/theatres/pair-declarations'
import type { StoreReader } from '../world/store-reader.ts'
import type { Notifier, Suite } from '../world/suite.ts'
import type { World } from '../world/world.ts'
import type { Action, Step } from './action.ts'
import { Requests } from './requests.ts'

type Rejoin = Extract<Action, { kind: 'rejoin' }>

/** The target of the officers of one step, chosen by the first who gets through. */
interface Aim {
  chosen: {
    readonly incidentId: string
    readonly revision: number
    /** The report that leaves in a split. */
    readonly leaves: string
    /** The other incident of a merge. */
    readonly withId: string
  } | null
}

const promise = 'one outcome for each action'
/** Another came first, or the incident has changed since it was seen. */
const refusals = ['action-refused', 'body-invalid', 'not-found']

export class IncidentOfficers {
  readonly #world: World
  readonly #suite: Suite
  readonly #disk: StoreReader
  readonly #requests: Requests

  constructor(world: World, suite: Suite, disk: StoreReader) {
    this.#world = world
    this.#suite = suite
    this.#disk = disk
    this.#requests = new Requests(world, 'incident officers')
  }

  /** Of officers who saw the same revision of an incident, at most one wins. */
  async rejoin({ number }: Step, action: Rejoin): Promise<void> {
    const aim: Aim = { chosen: null }
    const told = await Promise.all(
      action.acts.map((act, i) => this.#act(`step-${number}`, `officer-${i}`, act, action, aim))
    )
    if (told.filter(kind => kind === 'done').length > 1)
      this.#world.violate(
        promise,
        `step ${number}: officers who saw the same of an incident were told that they won`
      )
  }

  async #act(
    step: string,
    name: string,
    act: Rejoin['acts'][number],
    action: Rejoin,
    aim: Aim
  ): Promise<string> {
    const officer = { ...owner, id: name, name: `${name} at ${step}` }
    const reply = await this.#requests.untilAnswered<Notifier, IncidentAnswer | null>(
      () => this.#suite.notifier,
      notifier => {
        aim.chosen ??= choose(notifier.projection, action)
        if (aim.chosen === null) return Promise.resolve(null)
        const { incidentId, revision, leaves, withId } = aim.chosen
        return askAboutIncident(notifier, {
          ...{ principal: officer, incidentId, note: act, handling: 'internal', retryKey: step },
          ifMatch: revision - (action.isStale ? 1 : 0),
          what: act === 'split' ? { split: [leaves] } : { merge: withId }
        })
      }
    )
    const isRefused = reply?.kind === 'refused' && refusals.includes(reply.problem.code)
    if (reply?.kind !== 'answered' && !isRefused) {
      this.#world.violate(
        'operations answer',
        `${act} by ${officer.name} got ${reply?.kind ?? 'nothing'}`
      )
      return 'none'
    }
    const kind = reply.kind === 'answered' ? (reply.value?.kind ?? 'none') : 'refused'
    this.#world.time.note(`${act} by ${name}: ${kind}`)
    if (kind === 'done' || kind === 'refused') this.#checkOutcome(officer.name, kind)
    return kind
  }

  /** A successful action counts in the log; a refused one is absent, or came too late. */
  #checkOutcome(officer: string, told: 'done' | 'refused'): void {
    const file = ReadModel.open({ path: inMemory, groups: [reportTables], version: '' })
    const declarations = new PairDeclarations(file, new FactTable(file))
    const outcomes: string[] = []
    for (const [i, { record }] of this.#disk.entries(topics.incidents).entries()) {
      if (record?.type !== 'pair.declared') continue
      declarations.apply(record as TheatreRecord, { partition: 0, position: BigInt(i) })
      const action = declarations.action(record.id)
      if (action?.data.by === officer) outcomes.push(action.outcome.kind)
    }
    file.close()
    const isSo =
      told === 'done'
        ? outcomes.length === 1 && outcomes[0] === 'counts'
        : !outcomes.includes('counts')
    if (!isSo)
      this.#world.violate(
        promise,
        `${officer} was told ${told}, in the log it ${outcomes.join(', ') || 'is not'}`
      )
  }
}

const everyIncident = {
  ...({ level: 'restricted', theatres: '*', fromMs: -Infinity, toMs: Infinity } as const),
  ...{ theatre: null, category: null, country: null, admin1: null, sources: null }
}

/** An incident that can be split, if there is one, and another in its theatre. */
function choose({ incidents }: Notifier['projection'], { pick, other }: Rejoin): Aim['chosen'] {
  const shown = incidents.list(everyIncident, null, -1).map(({ state }) => state)
  const joined = shown.filter(({ reports }) => reports.length > 1)
  const from = joined.length > 0 ? joined : shown
  const chosen = from[Math.floor(pick * from.length)]
  if (chosen === undefined) return null
  const near = shown.filter(
    ({ theatre, incidentId }) => theatre === chosen.theatre && incidentId !== chosen.incidentId
  )
  const { incidentId, revision, reports } = chosen
  return {
    incidentId,
    revision,
    leaves: reports.at(-1)?.reportId ?? incidentId,
    withId: near[Math.floor(other * near.length)]?.incidentId ?? incidentId
  }
}
