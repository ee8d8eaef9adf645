// The evidence of an episode that grows by appending and can go back: incidents are named up to a
// limit, the rest is counted.

import { NamedCounts } from '../../finding/named-evidence.ts'
import type { Incident } from '../../incident/incident.ts'
import type { Evidence } from './episode-evidence.ts'
import { supportNamedMax } from './named-support.ts'

/** How far a log had come: numbers of incidents named and only counted. */
export interface EvidenceMark {
  readonly named: number
  readonly omitted: number
}

export class EvidenceLog {
  readonly #kept: Incident[]
  readonly #counts: NamedCounts
  #omitted: number
  /** The last list given out: it stays the same while nothing is named or taken back. */
  #told: readonly Incident[] | null = null

  constructor({ kept, omitted }: Evidence = { kept: [], omitted: 0 }) {
    this.#kept = [...kept]
    this.#counts = new NamedCounts(kept)
    this.#omitted = omitted
  }

  get omitted(): number {
    return this.#omitted
  }

  get mark(): EvidenceMark {
    return { named: this.#kept.length, omitted: this.#omitted }
  }

  /** Read only until the next change. */
  get current(): Evidence {
    return { kept: this.#kept, omitted: this.#omitted }
  }

  /** The named incidents, as a list that never changes. */
  get named(): readonly Incident[] {
    this.#told ??= [...this.#kept]
    return this.#told
  }

  /** The evidence as it was at a mark. */
  at({ named, omitted }: EvidenceMark): Evidence {
    return { kept: this.#kept.slice(0, named), omitted }
  }

  /** Gives `isNamed`: by default true up to the limit of a finding. */
  add(incident: Incident, isNamed = this.#counts.leavesRoomFor(incident.handling)): boolean {
    if (isNamed) {
      this.#kept.push(incident)
      this.#counts.add(incident.handling)
      this.#told = null
    } else this.#omitted += 1
    return isNamed
  }

  /** The same up to the limit of support. */
  addSupport(incident: Incident): boolean {
    return this.add(incident, this.namesMore(incident))
  }

  /** As `namesMore` says of support, without looking through it. */
  namesMore({ handling }: Incident): boolean {
    return this.#kept.length < supportNamedMax || this.#counts.visibleTo(handling) < supportNamedMax
  }

  /** One that was only counted is in other evidence now. */
  uncount(): void {
    this.#omitted -= 1
  }

  /** Goes back to a mark. Gives the incidents that are no longer named. */
  rewind({ named, omitted }: EvidenceMark): readonly Incident[] {
    this.#omitted = omitted
    if (named === this.#kept.length) return []
    this.#told = null
    const gone = this.#kept.splice(named)
    for (const { handling } of gone) this.#counts.take(handling)
    return gone
  }
}
