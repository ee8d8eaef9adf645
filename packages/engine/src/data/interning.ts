// Interning: each text is stored once and has a number, and each list of numbers is stored once.

export class Names {
  readonly #numbers = new Map<string, number>()
  /** By a name as stated: the number of its compared form. */
  readonly #numbersByName = new Map<string, number>()
  /** By the number of a compared name: the form that people read. */
  readonly statedForms = new Map<number, string>()
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

  /**
   * Number of the compared form of a name. The first stated form by text is stored, so that
   * the order of arrival does not decide what people read.
   */
  internName(name: string): number {
    const before = this.#numbersByName.get(name)
    if (before !== undefined) return before
    const number = this.intern(normalizeName(name))
    const stated = name.trim()
    const known = this.statedForms.get(number)
    if (known === undefined || stated < known) this.statedForms.set(number, stated)
    this.#numbersByName.set(name, number)
    return number
  }

  /** A name as a report states it. */
  getStatedForm(number: number): string {
    return this.statedForms.get(number) ?? this.getText(number)
  }
}

/** The form in which names of actors are compared. */
export function normalizeName(name: string): string {
  return name.trim().toLowerCase()
}

/** The list without members. */
export const emptyList: readonly number[] = []

/** Shares equal lists, such as the actors of an incident: there are few different ones. */
export class Lists {
  readonly #singles = new Map<number, readonly number[]>()
  readonly #others = new Map<string, readonly number[]>()

  intern(numbers: readonly number[]): readonly number[] {
    if (numbers.length < 2) return numbers.length === 0 ? emptyList : this.internOne(numbers[0]!)
    const key = numbers.join()
    const known = this.#others.get(key)
    if (known !== undefined) return known
    this.#others.set(key, numbers)
    return numbers
  }

  /** The list of one number. */
  internOne(number: number): readonly number[] {
    const known = this.#singles.get(number)
    if (known !== undefined) return known
    const numbers = [number]
    this.#singles.set(number, numbers)
    return numbers
  }
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
