// Columns: typed arrays of equal length, with one number for each row.

const arrayTypes = {
  f64: Float64Array,
  i32: Int32Array,
  f32: Float32Array,
  u16: Uint16Array,
  u8: Uint8Array
} as const

type NumberType = keyof typeof arrayTypes
export type ColumnShape = Readonly<Record<string, NumberType>>
export type Columns<S extends ColumnShape> = {
  -readonly [K in keyof S]: InstanceType<(typeof arrayTypes)[S[K]]>
}

/** Makes one zeroed column for each member of the shape. */
export function makeColumns<S extends ColumnShape>(shape: S, capacity: number): Columns<S> {
  const entries = Object.entries(shape).map(([name, type]) => [
    name,
    new arrayTypes[type](capacity)
  ])
  return Object.fromEntries(entries) as Columns<S>
}

/** Replaces each column by a longer copy. */
export function growColumns<S extends ColumnShape>(columns: Columns<S>, capacity: number): void {
  for (const [name, column] of Object.entries(columns)) {
    const longer = new (column.constructor as Float64ArrayConstructor)(capacity)
    longer.set(column as Float64Array)
    Object.assign(columns, { [name]: longer })
  }
}

/** Capacity for at least this many rows. Doubling would waste too much memory. */
export function computeCapacity(current: number, rows: number): number {
  let capacity = current
  while (capacity < rows) capacity = Math.ceil(capacity * 1.5) + 64
  return capacity
}

export function copyColumns<S extends ColumnShape>(columns: Columns<S>, rows: number): Columns<S> {
  const copied = Object.entries(columns).map(([name, column]) => [name, column.slice(0, rows)])
  return Object.fromEntries(copied) as Columns<S>
}

/** The values of some rows, in their order. */
export function pickRows<S extends ColumnShape>(
  columns: Columns<S>,
  rows: readonly number[]
): Columns<S> {
  const picked = Object.entries(columns).map(([name, column]) => [
    name,
    (column.constructor as Int32ArrayConstructor).from(rows, row => column[row]!)
  ])
  return Object.fromEntries(picked) as Columns<S>
}

/** Writes values that `pickRows` took to the same rows. */
export function placeRows<S extends ColumnShape>(
  columns: Columns<S>,
  rows: readonly number[],
  values: Columns<S>
): void {
  for (const [name, column] of Object.entries(columns))
    for (const [i, row] of rows.entries()) column[row] = values[name]![i]!
}
