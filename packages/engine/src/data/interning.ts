// Interning: each text is stored once and has a number, and each list of numbers is stored once.

export class Names {
  readonly #numbers = new Map<string, number>()
  /** The texts by number. */
  readonly texts: string[] = []

  /** Number of a text, which is new if the text is; -1 for none. */
  intern(text: string | null | undefined): number {
    if (text === null || text === undefined) return -1
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    const number = this.texts.push(text) - 1
    this.#numbers.set(text, number)
    return number
  }

  /** Number of a text; -1 if it was never interned. */
  find(text: string): number {
    return this.#numbers.get(text) ?? -1
  }

  getText(number: number): string {
    return this.texts[number] ?? ''
  }
}

/** The list without members. */
export const emptyList: readonly number[] = []

/** Shares equal lists, such as the actors of an incident: there are few different ones. */
export class Lists {
  readonly #singles = new Map<number, readonly number[]>()
  readonly #others = new Map<string, readonly number[]>()

  intern(numbers: readonly number[]): readonly number[] {
    const [first] = numbers
    if (first === undefined) return emptyList
    return numbers.length === 1
      ? getOrAdd(this.#singles, first, numbers)
      : getOrAdd(this.#others, numbers.join(), numbers)
  }
}

function getOrAdd<K>(
  lists: Map<K, readonly number[]>,
  key: K,
  numbers: readonly number[]
): readonly number[] {
  const known = lists.get(key)
  if (known !== undefined) return known
  lists.set(key, numbers)
  return numbers
}

/** True if two short lists have a member in common. */
export function haveCommon(a: readonly number[], b: readonly number[]): boolean {
  for (const number of a) if (b.includes(number)) return true
  return false
}

/** The sum of the lists, each number once, in ascending order. */
export function uniteLists(lists: readonly (readonly number[])[]): number[] {
  return [...new Set(lists.flat())].sort((a, b) => a - b)
}
