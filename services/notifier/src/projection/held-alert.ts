// One alert in memory: its state, its state per reader level, and its moments.

import { isDeepStrictEqual } from 'node:util'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import type { AlertEvent, AlertState } from '@tocsin/domain/alert/alert'
import { type KnownEvidence, knownOf } from '@tocsin/domain/evidence/alert-recording'
import { type Handling, handlings, maySee } from '@tocsin/domain/report/handling'
import { type EventHead, HeldEvidence, HeldState } from '../reader/held-state.ts'
import { LevelStory } from '../reader/level-story.ts'
import { type HandlingOf, namesInView } from '../reader/reader-view.ts'
import type { AlertEntry, AlertMoment, ShownAlert } from './alert-entry.ts'

type EventOfState = Exclude<AlertEvent, { type: 'alert.action-refused' }>

/** Levels from which something may be hidden. */
const limited = handlings.filter(level => level !== 'restricted')

export class HeldAlert implements AlertEntry {
  readonly alertId: string
  readonly theatre: string
  readonly firstTime: string
  readonly moments: AlertMoment[] = []
  readonly stories: readonly LevelStory[]
  lastOperator: AlertEntry['lastOperator'] = null
  momentsOmitted = 0
  /** The check sum of the current evidence, if known. */
  #check: number | null = null
  #current: HeldState | null = null

  /** `revision` and `handling`: of the first event seen here, a later one if the alert was evicted before. */
  constructor(
    of: { alertId: string; theatre: string; firstTime: string; revision: number; handling: Handling },
    stories?: readonly LevelStory[]
  ) {
    this.alertId = of.alertId
    this.theatre = of.theatre
    this.firstTime = of.firstTime
    const count = of.revision - 1
    this.stories = stories ?? limited.map(level => new LevelStory(level, { count, isShown: maySee(level, of.handling) }))
  }

  get outline(): AlertState {
    return this.#held.outline
  }

  get state(): AlertState {
    return this.#held.state
  }

  /** The evidence from which the next event may state the difference; null if unknown. */
  get known(): KnownEvidence | null {
    const known = this.#current === null ? null : knownOf(this.#current.state)
    return known === null ? null : { ...known, check: this.#check }
  }

  get last(): EventHead {
    return this.#held.last
  }

  shownAt(level: Handling): ShownAlert | null {
    const { revision, operatorRevision } = this.outline
    if (level === 'restricted') return shownAlert(this.#held, this.firstTime, { revision, operatorRevision })
    const story = this.stories.find(each => each.level === level)
    if (story === undefined || story.shown === null || story.firstTime === null) return null
    return shownAlert(story.shown, story.firstTime, { revision: story.revision, operatorRevision })
  }

  /**
   * Folds the next event. `dataBytes`: its complete data, if `event` lacks the evidence; `check`: the check sum of its evidence,
   * if known. Returns the stories whose readers are shown the alert for the first time.
   */
  take(
    event: EventOfState,
    { id, type, time, cause }: Envelope,
    { dataBytes, check }: { readonly dataBytes: Uint8Array | null; readonly check: number | null },
    handlingOf: HandlingOf
  ): { readonly level: Handling; readonly firstTime: string }[] {
    const { data } = event
    const before = this.#current
    const evidence = new HeldEvidence(data, dataBytes)
    const told = this.stories.filter(story => isTold(story, event, evidence, handlingOf))
    const isVisible = (story: LevelStory) => maySee(story.level, data.handling)
    // What some readers continue to be shown stays unchanged.
    const isKept = before !== null && this.stories.some(s => s.shown === before && isVisible(s) && !told.includes(s))
    const held = before === null || isKept ? new HeldState(data, { id, type, time, cause }) : before
    held.hold(data, dataBytes, { id, type, time, cause })
    this.#current = held
    this.#check = check
    const begun: { level: Handling; firstTime: string }[] = []
    for (const story of this.stories) {
      if (told.includes(story)) {
        if (story.firstTime === null) begun.push({ level: story.level, firstTime: time })
        story.tell(event, time)
        story.shown = held
        story.named = namesInView(story.level, data, handlingOf)
        continue
      }
      story.withhold(data.revision)
      if (isVisible(story) || story.shown === null) continue
      story.shown = null
      story.leftAt = data.revision
    }
    return begun
  }

  /** Only the stories, for eviction. */
  parted(): readonly LevelStory[] {
    for (const story of this.stories) {
      story.shown = null
      story.firstTime = null
    }
    return this.stories
  }

  get #held(): HeldState {
    if (this.#current === null) throw new Error('no event of this alert was taken')
    return this.#current
  }
}

function shownAlert(
  held: HeldState,
  firstTime: string,
  revisions: Pick<ShownAlert, 'revision' | 'operatorRevision'>
): ShownAlert {
  return {
    get state() {
      return held.state
    },
    outline: held.outline,
    last: held.last,
    firstTime,
    ...revisions
  }
}

/** Whether readers of a level are told of an event: it is visible to them, concerns them, and says something new. */
function isTold(story: LevelStory, { type, data }: EventOfState, evidence: HeldEvidence, handlingOf: HandlingOf): boolean {
  if (!maySee(story.level, data.handling) || !maySee(story.level, data.concerns)) return false
  if (type !== 'alert.revised' || story.shown === null) return true
  // Names as they were visible then: the visibility of named alerts may have changed since.
  const before = { ...saidAt(story.shown.outline), ...story.named }
  const now = { ...saidAt(data), ...namesInView(story.level, data, handlingOf) }
  return !isDeepStrictEqual(before, now) || !story.shown.evidence.looksLike(evidence, story.level)
}

/** Everything in a state except its evidence, the alerts it names, and fields that change with every event. */
function saidAt(state: AlertState) {
  const { revision: _r, seq: _s, notify: _n, concerns: _c, reason: _w, action: _a, evidence: _e, ...said } = state
  const { evidenceOmitted: _o, evidenceLost: _l, references: _f, partOf: _p, times, ...rest } = said
  const { detectedAt: _d, ...since } = times
  return { ...rest, times: since }
}
