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

/** Numbers equal lists once, such as the actors of an incident: there are few different ones. */
export class Lists {
  /** By number; 0 has no members. */
  readonly all: (readonly number[])[] = [emptyList]
  /** By the member of a list with one, else by its members as text. */
  readonly #numbers = new Map<number | string, number>()

  intern(list: readonly number[]): number {
    if (list.length === 0) return 0
    const key = list.length === 1 ? list[0]! : list.join()
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.all.push(list) - 1
    this.#numbers.set(key, number)
    return number
  }

  /** The first list that equals this one. */
  share(list: readonly number[]): readonly number[] {
    return this.all[this.intern(list)]!
  }
}

/** True if two short lists have a member in common. */
export function haveCommon(a: readonly number[], b: readonly number[]): boolean {
  for (const number of a) if (b.includes(number)) return true
  return false
}

/** The sum of the lists, each number once, in ascending order. */
export function uniteLists(lists: readonly (readonly number[])[]): number[] {
  const all = lists.flat()
  return all.length < 2 ? all : [...new Set(all)].sort((a, b) => a - b)
}
