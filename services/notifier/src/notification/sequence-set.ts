// An ordered set of sequences in blocks: at any size, adding, removing and finding cost a binary
// search and one block.

/** A block that grows beyond it is halved. */
const blockMax = 256

export class SequenceSet {
  readonly #blocks: number[][] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  add(sequence: number): void {
    const at = this.#findBlock(sequence)
    const block = this.#blocks[at] ?? this.#blocks.at(-1)
    if (block === undefined) this.#blocks.push([sequence])
    else {
      const i = placeIn(block, sequence)
      if (block[i] === sequence) return
      block.splice(i, 0, sequence)
      // Sequences mostly ascend: then the blocks that are left are full.
      if (block.length > blockMax) {
        const index = Math.min(at, this.#blocks.length - 1)
        const isLast = index === this.#blocks.length - 1
        this.#blocks.splice(index + 1, 0, block.splice(isLast ? blockMax : blockMax / 2))
      }
    }
    this.#size++
  }

  delete(sequence: number): void {
    const at = this.#findBlock(sequence)
    const block = this.#blocks[at]
    if (block === undefined) return
    const i = placeIn(block, sequence)
    if (block[i] !== sequence) return
    block.splice(i, 1)
    if (block.length === 0) this.#blocks.splice(at, 1)
    this.#size--
  }

  /** From a sequence on, ascending. The set must not change meanwhile. */
  *from(sequence: number): Generator<number> {
    const at = this.#findBlock(sequence)
    for (let b = at; b < this.#blocks.length; b++) {
      const block = this.#blocks[b] as number[]
      for (let i = b === at ? placeIn(block, sequence) : 0; i < block.length; i++)
        yield block[i] as number
    }
  }

  /** Those of a range, both ends in it. */
  within(from: number, to: number): number[] {
    const found: number[] = []
    for (const each of this.from(from)) {
      if (each > to) break
      found.push(each)
    }
    return found
  }

  /** The first block with a last sequence that is not lower. */
  #findBlock(sequence: number): number {
    let [low, high] = [0, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#blocks[middle]?.at(-1) as number) < sequence) low = middle + 1
      else high = middle
    }
    return low
  }
}

function placeIn(block: readonly number[], sequence: number): number {
  let [low, high] = [0, block.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((block[middle] as number) < sequence) low = middle + 1
    else high = middle
  }
  return low
}
