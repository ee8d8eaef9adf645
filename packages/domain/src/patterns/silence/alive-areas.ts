// The two areas from which a source was heard last, and until when: a silence about one is attested
// by the first that is another.

import { neverMs } from './area-known.ts'
import type { SourceArea } from './source-area.ts'

export class AliveAreas {
  readonly #areas: ReadonlyMap<string, SourceArea>
  #firstIn = ''
  firstMs = neverMs
  #secondIn = ''
  secondMs = neverMs

  constructor(areas: ReadonlyMap<string, SourceArea>) {
    this.#areas = areas
  }

  /** Until when it was heard from an area other than this. */
  elsewhereMs(admin1: string): number {
    return this.#firstIn === admin1 ? this.secondMs : this.firstMs
  }

  /** An area is alive until later: of areas alive equally long either may be the first. */
  raise({ admin1, aliveMs }: SourceArea): void {
    if (aliveMs <= this.secondMs) return
    if (admin1 === this.#firstIn) this.firstMs = Math.max(this.firstMs, aliveMs)
    else if (aliveMs > this.firstMs) {
      this.#secondIn = this.#firstIn
      this.secondMs = this.firstMs
      this.#firstIn = admin1
      this.firstMs = aliveMs
    } else {
      this.#secondIn = admin1
      this.secondMs = aliveMs
    }
  }

  /**
   * Some areas have changed: if one of the two is alive for less long, any other may take its
   * place.
   */
  changed(areas: Iterable<SourceArea>): void {
    if (
      this.#aliveMsIn(this.#firstIn) < this.firstMs ||
      this.#aliveMsIn(this.#secondIn) < this.secondMs
    )
      this.findAgain()
    else for (const area of areas) this.raise(area)
  }

  findAgain(): void {
    this.#firstIn = ''
    this.firstMs = neverMs
    this.#secondIn = ''
    this.secondMs = neverMs
    for (const area of this.#areas.values()) this.raise(area)
  }

  #aliveMsIn(admin1: string): number {
    return this.#areas.get(admin1)?.aliveMs ?? neverMs
  }
}
