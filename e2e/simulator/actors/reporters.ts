// The reporters of a run: they post, correct, withdraw and retry until answered, and remember every
// answer. An acknowledged record is looked up on the disk at once: it must be durable before the
// answer.

import { createSecretKey } from 'node:crypto'
import { owner } from '@tocsin/auth/sign-in/authentication'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { halfDigestLength, KeyedIdentity } from '@tocsin/contracts/report/report-identity'
import { topics } from '@tocsin/event-log/topics'
import type { IntakeService } from '@tocsin/intake/intake-service'
import type { Answer } from '@tocsin/intake/report/report-answer'
import type { StoreReader } from '../world/store-reader.ts'
import type { Suite } from '../world/suite.ts'
import type { World } from '../world/world.ts'
import type { AcknowledgedTicks } from './acknowledged-ticks.ts'
import type { Action, Step } from './action.ts'
import type { ReportBody } from './report-bodies.ts'
import { Requests } from './requests.ts'

type ReportAction = Extract<Action, { kind: 'post' | 'correct' | 'withdraw' }>

/** An answer to a reporter. */
export interface Acknowledgement {
  readonly step: number
  readonly kind: ReportAction['kind']
  readonly reportId: string
  /**
   * Hash prefix of the open part, which differs among the reports of a run. Null for a withdrawal.
   */
  readonly said: string | null
  readonly isDuplicate: boolean
  /** From the first attempt to the answer, virtual ms. */
  readonly askedMs: number
  readonly answeredMs: number
}

/** How long a correction waits until its report is known, virtual ms, and its polling interval. */
const unknownMaxMs = 120_000
const lookMs = 500

export class Reporters {
  readonly acknowledgements: Acknowledgement[] = []
  readonly #world: World
  readonly #suite: Suite
  readonly #disk: StoreReader
  readonly #ticks: AcknowledgedTicks
  readonly #requests: Requests
  readonly #identity: KeyedIdentity
  readonly #reportIds = new Map<number, string>()
  /** The first content of each report. */
  readonly #first = new Map<number, string>()
  /** Reports whose withdrawal was ever requested. */
  readonly #withdrawing = new Set<number>()

  constructor(world: World, suite: Suite, disk: StoreReader, ticks: AcknowledgedTicks) {
    this.#world = world
    this.#suite = suite
    this.#disk = disk
    this.#ticks = ticks
    this.#requests = new Requests(world, 'reporters')
    this.#identity = new KeyedIdentity(createSecretKey(world.secrets.derive('reports')))
  }

  async perform({ number }: Step, action: ReportAction): Promise<void> {
    const reportId = action.kind === 'post' ? '' : await this.#known(action.slot)
    // Its report was refused, or is not in this run: there is nothing to correct.
    if (reportId === null) return
    if (action.kind === 'withdraw') this.#withdrawing.add(action.slot)
    else this.#sending(action.slot, this.#saidIn(action.body))
    const askedMs = this.#world.time.nowMs
    const reply = await this.#requests.untilAnswered<IntakeService, Answer>(
      () => this.#suite.intake,
      intake => ask(intake, action, reportId)
    )
    if (reply === null || reply.kind === 'unknown')
      this.#world.violate('1 durable', `step ${number}, a ${action.kind}, was never answered`)
    else if (reply.kind === 'refused')
      this.#judgeRefusal(
        number,
        action,
        reply.problem.code,
        reply.problem.errors.map(e => e.pointer)
      )
    else this.#noteAnswer(number, action, reply.value, askedMs)
  }

  /**
   * Posts a neutral report to every theatre. It raises no alert, but every reader may see it, so the
   * rules publish the updates that wait for such a record.
   */
  lastWords(round: number): Promise<void>[] {
    return lastPlaces.map((location, i) => {
      const occurred = { from: '2025-05-02', to: '2025-05-02' }
      const body = {
        source: { id: 'last-words' },
        externalId: `L-${round}-${i}`,
        occurred,
        category: 'protest',
        handling: 'public',
        location
      } as const
      const action = {
        kind: 'post',
        slot: -1 - round * lastPlaces.length - i,
        body,
        lane: 'live',
        idempotencyKey: null
      } as const
      return this.perform({ number: action.slot, atMs: 0, action }, action)
    })
  }

  async #known(slot: number): Promise<string | null> {
    const untilMs = this.#world.time.nowMs + unknownMaxMs
    while (this.#world.time.nowMs < untilMs) {
      const known = this.#reportIds.get(slot)
      if (known !== undefined) return known
      await this.#world.time.pause(lookMs, 'reporter')
    }
    return null
  }

  #noteAnswer(
    step: number,
    action: ReportAction,
    { reportId, duplicate, theatre, revision }: Answer,
    askedMs: number
  ): void {
    const said = action.kind === 'withdraw' ? null : this.#saidIn(action.body)
    this.#reportIds.set(action.slot, reportId)
    const answeredMs = this.#world.time.nowMs
    this.acknowledgements.push({
      step,
      kind: action.kind,
      reportId,
      said,
      isDuplicate: duplicate,
      askedMs,
      answeredMs
    })
    this.#world.time.note(
      `step ${step}: ${action.kind} of report ${action.slot} ${reportId.slice(0, 6)} acknowledged in ${theatre}, revision ${revision}${duplicate ? ', duplicate' : ''}`
    )
    if (!this.#isOnDisk(reportId, said))
      this.#world.violate(
        '1 durable',
        `step ${step}, a ${action.kind} of ${reportId}, was acknowledged before it stood in the log`
      )
  }

  #saidIn(body: ReportBody): string {
    return this.#identity
      .hashContent(body as unknown as PostedReport, body.private !== undefined)
      .open.slice(0, halfDigestLength)
  }

  #sending(slot: number, said: string): void {
    if (!this.#first.has(slot)) this.#first.set(slot, said)
    this.#ticks.sending(said)
  }

  #isOnDisk(reportId: string, said: string | null): boolean {
    const type = said === null ? 'report.withdrawn' : 'report.received'
    return this.#disk.entries(topics.incidents).some(({ record }) => {
      if (record?.type !== type) return false
      const data = record.data as { reportId: string; contentHash?: string }
      return (
        data.reportId === reportId && (said === null || data.contentHash?.startsWith(said) === true)
      )
    })
  }

  /** Accepts refusals that the run itself causes; any other is a violation. */
  #judgeRefusal(
    step: number,
    action: ReportAction,
    code: string,
    pointers: readonly string[]
  ): void {
    this.#world.time.note(
      `step ${step}: ${action.kind} of report ${action.slot} refused, ${code} ${pointers.join(' ')}`
    )
    const isTooEarly =
      code === 'body-invalid' && pointers.every(pointer => timePointers.has(pointer))
    const isWithdrawn = code === 'report-withdrawn' && this.#withdrawing.has(action.slot)
    // A correction does not carry the key of the report: only its acceptance by another request
    // makes the report known.
    const isKeyed = action.kind === 'post' && action.idempotencyKey !== null
    const isOtherBody = isKeyed && this.#saidIn(action.body) !== this.#first.get(action.slot)
    const isKeyTaken =
      code === 'header-invalid' && pointers.join() === 'idempotency-key' && isOtherBody
    if (isTooEarly || isWithdrawn || isKeyTaken) return
    this.#world.violate(
      '1 durable',
      `step ${step}, a ${action.kind} of report ${action.slot}, was refused: ${code} ${pointers.join(' ')}`
    )
  }
}

const lastPlaces = [
  { country: 'NE', admin1: 'NE-1', lat: 17, lon: 8, radiusKm: 2 },
  { country: 'TG', admin1: 'TG-M', lat: 6.2, lon: 1.3, radiusKm: 2 },
  { country: 'TD', admin1: 'TD-MO', lat: 8.6, lon: 16.1, radiusKm: 2 }
] as const

const timePointers: ReadonlySet<string> = new Set(['/occurred/from', '/occurred/to', '/reportedAt'])

function ask(intake: IntakeService, action: ReportAction, reportId: string): Promise<Answer> {
  // A fresh copy, as if received from the network.
  switch (action.kind) {
    case 'post': {
      const { body, idempotencyKey, lane } = action
      return intake.acceptance.accept({
        body: structuredClone(body),
        idempotencyKey,
        lane,
        principal: owner
      })
    }
    case 'correct':
      return intake.acceptance.correct(reportId, {
        body: structuredClone(action.body),
        lane: action.lane,
        principal: owner
      })
    case 'withdraw':
      return intake.acceptance.withdraw(reportId, {
        body: { reason: 'was wrong' },
        lane: 'live',
        principal: owner
      })
    default:
      return action satisfies never
  }
}
