// An immutable map: a change copies the few nodes on its path and shares the rest. For states that
// are folded record by record while others hold an earlier version: a Map would copy all entries
// for each record. A balanced binary tree (AVL) by key, so that no choice of keys makes it slow.
// Pure.

interface Node<V> {
  readonly key: string
  readonly value: V
  /** Entries are listed in this order. */
  readonly order: number
  readonly height: number
  readonly left: Tree<V>
  readonly right: Tree<V>
}
type Tree<V> = Node<V> | null
type Entry<V> = Pick<Node<V>, 'key' | 'value' | 'order'>

/**
 * Iterates like a Map: in the order in which keys were first set; a key that was removed and set
 * again comes last.
 */
export class PersistentMap<V> implements ReadonlyMap<string, V> {
  readonly size: number
  /** Nodes made for this map and all versions before it: the cost of its changes. */
  readonly nodesMade: number
  readonly #root: Tree<V>
  /** For the next new key. */
  readonly #nextOrder: number
  /** Computed on first use. */
  #listed: readonly Entry<V>[] | null = null

  private constructor(root: Tree<V>, size: number, nextOrder: number, nodesMade: number) {
    this.#root = root
    this.size = size
    this.#nextOrder = nextOrder
    this.nodesMade = nodesMade
  }

  static empty<V>(): PersistentMap<V> {
    return new PersistentMap<V>(null, 0, 0, 0)
  }

  get(key: string): V | undefined {
    return found(this.#root, key)?.value
  }

  has(key: string): boolean {
    return found(this.#root, key) !== null
  }

  /** The least key; null if the map is empty. O(log n). */
  leastKey(): string | null {
    return this.#root === null ? null : leftmost(this.#root).key
  }

  /** This map with an entry added or replaced. O(log n). */
  with(key: string, value: V): PersistentMap<V> {
    const known = found(this.#root, key)
    const work = { nodes: 0 }
    const root = put(this.#root, { key, value, order: known?.order ?? this.#nextOrder }, work)
    return new PersistentMap(
      root,
      this.size + (known === null ? 1 : 0),
      this.#nextOrder + 1,
      this.nodesMade + work.nodes
    )
  }

  /** This map without an entry; the same object if there is none. O(log n). */
  without(key: string): PersistentMap<V> {
    if (!this.has(key)) return this
    const work = { nodes: 0 }
    const root = removed(this.#root, key, work)
    return new PersistentMap(root, this.size - 1, this.#nextOrder, this.nodesMade + work.nodes)
  }

  *entries(): MapIterator<[string, V]> {
    for (const { key, value } of this.#list()) yield [key, value]
  }

  *keys(): MapIterator<string> {
    for (const { key } of this.#list()) yield key
  }

  *values(): MapIterator<V> {
    for (const { value } of this.#list()) yield value
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries()
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const { key, value } of this.#list()) visit(value, key, this)
  }

  /** O(n log n) on first use of a version. */
  #list(): readonly Entry<V>[] {
    if (this.#listed === null) {
      const entries: Entry<V>[] = []
      gather(this.#root, entries)
      this.#listed = entries.sort((a, b) => a.order - b.order)
    }
    return this.#listed
  }
}

interface Work {
  nodes: number
}

function found<V>(tree: Tree<V>, key: string): Tree<V> {
  let node = tree
  while (node !== null && node.key !== key) node = key < node.key ? node.left : node.right
  return node
}

function put<V>(tree: Tree<V>, entry: Entry<V>, work: Work): Node<V> {
  if (tree === null) return made(entry, null, null, work)
  if (entry.key === tree.key) return made(entry, tree.left, tree.right, work)
  return entry.key < tree.key
    ? balanced(tree, put(tree.left, entry, work), tree.right, work)
    : balanced(tree, tree.left, put(tree.right, entry, work), work)
}

function removed<V>(tree: Tree<V>, key: string, work: Work): Tree<V> {
  if (tree === null) return null
  if (key < tree.key) return balanced(tree, removed(tree.left, key, work), tree.right, work)
  if (key > tree.key) return balanced(tree, tree.left, removed(tree.right, key, work), work)
  if (tree.left === null) return tree.right
  if (tree.right === null) return tree.left
  const next = leftmost(tree.right)
  return balanced(next, tree.left, removed(tree.right, next.key, work), work)
}

function leftmost<V>(tree: Node<V>): Node<V> {
  let node = tree
  while (node.left !== null) node = node.left
  return node
}

function computeHeight(tree: Tree<unknown>): number {
  return tree?.height ?? 0
}

function made<V>(
  { key, value, order }: Entry<V>,
  left: Tree<V>,
  right: Tree<V>,
  work: Work
): Node<V> {
  work.nodes++
  return {
    key,
    value,
    order,
    height: Math.max(computeHeight(left), computeHeight(right)) + 1,
    left,
    right
  }
}

/**
 * A node over two trees whose heights differ by at most two; in the result no two differ by more
 * than one.
 */
function balanced<V>(entry: Entry<V>, left: Tree<V>, right: Tree<V>, work: Work): Node<V> {
  const lean = computeHeight(left) - computeHeight(right)
  if (left !== null && lean > 1) {
    if (computeHeight(left.left) >= computeHeight(left.right))
      return made(left, left.left, made(entry, left.right, right, work), work)
    const middle = left.right as Node<V>
    return made(
      middle,
      made(left, left.left, middle.left, work),
      made(entry, middle.right, right, work),
      work
    )
  }
  if (right !== null && lean < -1) {
    if (computeHeight(right.right) >= computeHeight(right.left))
      return made(right, made(entry, left, right.left, work), right.right, work)
    const middle = right.left as Node<V>
    return made(
      middle,
      made(entry, left, middle.left, work),
      made(right, middle.right, right.right, work),
      work
    )
  }
  return made(entry, left, right, work)
}

function gather<V>(tree: Tree<V>, into: Entry<V>[]): void {
  if (tree === null) return
  gather(tree.left, into)
  into.push(tree)
  gather(tree.right, into)
}
