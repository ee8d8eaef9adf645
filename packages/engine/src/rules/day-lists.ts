// Lists of rows in order of their first days.

type Days = Readonly<Int32Array>

/** The number of rows that begin before a day. Most searches ask for the end of the list. */
export function countBefore(rows: readonly number[], day: number, fromDay: Days): number {
  let high = rows.length
  if (high === 0 || fromDay[rows[high - 1]!]! < day) return high
  let low = 0
  while (low < high) {
    const middle = (low + high) >> 1
    if (fromDay[rows[middle]!]! < day) low = middle + 1
    else high = middle
  }
  return low
}

export function insertByDay(rows: number[], row: number, fromDay: Days): void {
  const index = countBefore(rows, fromDay[row]! + 1, fromDay)
  if (index === rows.length) rows.push(row)
  else rows.splice(index, 0, row)
}

export function removeByDay(rows: number[], row: number, fromDay: Days): void {
  rows.splice(rows.indexOf(row, countBefore(rows, fromDay[row]!, fromDay)), 1)
}
