// Which silences hold back which of the alerts that a level of readers is shown: each silence is
// asked of kinds of alerts (level-order.ts), and only what asks for an area of single alerts, where
// one of the kind may lie in it.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { type AreaTest, areaTestOf } from '@tocsin/domain/space-time/asked-area'
import { holdsBack, type Silence } from '../notification/silence.ts'
import type { Scan } from '../projection/scan-scheduler.ts'
import type {
  AlertKind,
  LevelOrder,
  ListedAlert,
  OrderRow,
  Place,
  RowSearch
} from '../reader/level-order.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'

export interface AskedSilence {
  readonly silenceId: string
  /** What is left to ask of single alerts; null: nothing. */
  readonly area: AreaTest | null
}

interface OfKinds extends AskedSilence {
  /** Without the area that it asks for. */
  readonly ofKinds: Silence
}

export class SilencedKinds {
  readonly #view: ReaderView
  readonly #scan: Scan
  readonly #asked: readonly OfKinds[]
  readonly #holding = new Map<AlertKind, readonly AskedSilence[]>()

  /** `silences`: none of them for one alert alone. */
  constructor(view: ReaderView, silences: readonly Silence[], scan: Scan) {
    this.#view = view
    this.#scan = scan
    this.#asked = silences.map(each => {
      const { circle: _circle, polygon: _polygon, ...filter } = each.filter
      return {
        silenceId: each.silenceId,
        area: areaTestOf(each.filter),
        ofKinds: { ...each, filter }
      }
    })
  }

  /** Those that hold back open alerts of a kind, or may; as it was when this was asked first. */
  over(kind: AlertKind): readonly AskedSilence[] {
    const known = this.#holding.get(kind)
    if (known !== undefined) return known
    const { facts, box } = kind
    const isAsked = isOpen(facts) && isTheatreInView(this.#view, facts.theatre)
    const holding = !isAsked ? [] : this.#asked.filter(each => this.#mayHold(each, facts, box))
    this.#holding.set(kind, holding)
    return holding
  }

  #mayHold({ ofKinds, area }: OfKinds, facts: AlertKind['facts'], box: AlertKind['box']): boolean {
    this.#scan.units++
    return (
      holdsBack(ofKinds, { alertId: '', facts }, this.#scan) && (area === null || area.mayMeet(box))
    )
  }
}

/**
 * Every alert shown to a level now that is of a wanted kind, with its kind; the scan yields to
 * other work.
 */
export async function eachShown<Alert extends ListedAlert>(
  order: LevelOrder<Alert>,
  scan: Scan,
  wantsKind: (kind: AlertKind) => boolean,
  take: (row: OrderRow<Alert>, kind: AlertKind) => void
): Promise<void> {
  const search: RowSearch<Alert> = {
    wantsKind: kind => {
      scan.units++
      return wantsKind(kind)
    },
    wantsHeadline: null,
    take: row => {
      scan.units++
      if (row.kind !== null) take(row, row.kind)
    },
    get mustStop() {
      return scan.mustYield
    }
  }
  let at: Place | null = null
  do {
    if (at !== null) await scan.yieldTurn()
    at = order.look({ direction: 'newest', after: at, from: null, to: null }, search)
  } while (at !== null)
}

export function isOpen({ status }: Pick<AlertState, 'status'>): boolean {
  return status === 'provisional' || status === 'confirmed'
}
