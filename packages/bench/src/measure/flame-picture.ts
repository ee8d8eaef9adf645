// A flame picture of a CPU profile as SVG: each bar is a function, as wide as the share of time in
// it and in what it calls, which hangs below it. Recursion through the same function of the same
// caller is one bar.

import type { Profiler } from 'node:inspector'
import { basename } from 'node:path'

interface Bar {
  readonly label: string
  readonly room: string
  samples: number
  readonly below: Map<string, Bar>
}

export interface PictureTerms {
  readonly title: string
  /** Only what this function calls is drawn: its name and file, `take theatre-owner.ts`. */
  readonly under: string
}

const [width, rowHeight, head, letter] = [1600, 18, 34, 6.3]
/** Narrower bars are left out. */
const shareMin = 0.002
const colours = [
  '#c6dbef',
  '#fdd0a2',
  '#c7e9c0',
  '#dadaeb',
  '#fde0dd',
  '#d9d9d9',
  '#ffeda0',
  '#ccece6',
  '#e7cb94',
  '#d4b9da'
]

/** The picture. Throws if no sample lies under the function that is asked for. */
export function flamePicture(
  { nodes, samples = [] }: Profiler.Profile,
  { title, under }: PictureTerms
): string {
  const counts = new Map<number, number>()
  for (const id of samples) counts.set(id, (counts.get(id) ?? 0) + 1)
  const byId = new Map(nodes.map(node => [node.id, node]))
  const root: Bar = { label: under, room: '', samples: 0, below: new Map() }
  const visit = (node: Profiler.ProfileNode, bar: Bar | null): number => {
    const { functionName, url } = node.callFrame
    const label = url === '' ? functionName : `${functionName || '(anonymous)'} ${basename(url)}`
    const own = bar !== null ? barBelow(bar, label, url) : label === under ? root : null
    let sum = counts.get(node.id) ?? 0
    for (const child of node.children ?? [])
      sum += visit(byId.get(child) as Profiler.ProfileNode, own)
    if (own !== null && own !== bar) own.samples += sum
    return sum
  }
  visit(nodes[0] as Profiler.ProfileNode, null)
  if (root.samples === 0) throw new Error(`nothing was measured under ${under}`)
  const rooms = [...roomsOf(root)].sort((a, b) => b[1] - a[1]).map(([room]) => room)
  const drawn: string[] = []
  const depth = draw(
    root,
    { x: 0, row: 0, scale: width / root.samples, least: root.samples * shareMin, rooms },
    drawn
  )
  const height = head + (depth + 1) * rowHeight + 8
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="4" y="14" font-size="13">${escaped(title)}</text>`,
    ...rooms.slice(0, colours.length).map((room, i) => legend(room, i)),
    drawn.join(''),
    '</svg>',
    ''
  ].join('\n')
}

function barBelow(bar: Bar, label: string, url: string): Bar {
  if (bar.label === label) return bar
  const known = bar.below.get(label)
  if (known !== undefined) return known
  const made = { label, room: roomOf(url), samples: 0, below: new Map() }
  bar.below.set(label, made)
  return made
}

/** The folder below `src`, without the package. */
function roomOf(url: string): string {
  const parts = url.split('/src/')
  return parts.length < 2
    ? 'node'
    : (parts.at(-1) as string).split('/').slice(0, -1).join('/') || 'src'
}

function roomsOf(bar: Bar, sums = new Map<string, number>()): Map<string, number> {
  let own = bar.samples
  for (const below of bar.below.values()) {
    own -= below.samples
    roomsOf(below, sums)
  }
  sums.set(bar.room, (sums.get(bar.room) ?? 0) + own)
  return sums
}

interface Place {
  readonly x: number
  readonly row: number
  readonly scale: number
  readonly least: number
  readonly rooms: readonly string[]
}

/** Draws a bar and what is below it; gives the last row. */
function draw(bar: Bar, place: Place, out: string[]): number {
  const { x, row, scale, least, rooms } = place
  const wide = bar.samples * scale
  const share = ((100 * wide) / width).toFixed(1)
  const room = rooms.indexOf(bar.room)
  const [left, top] = [x.toFixed(1), head + row * rowHeight]
  const text = bar.label.slice(0, Math.max(0, Math.floor((wide - 4) / letter)))
  out.push(
    `<g><title>${escaped(bar.label)}: ${share} %</title><rect x="${left}" y="${top}" width="${wide.toFixed(1)}" height="${rowHeight - 1}" ` +
      `fill="${colours[room] ?? '#eee'}" stroke="#fff"/>${text.length < 3 ? '' : `<text x="${(x + 3).toFixed(1)}" y="${top + 12}">${escaped(text)}</text>`}</g>`
  )
  let [at, last] = [x, row]
  for (const below of [...bar.below.values()].sort((a, b) => b.samples - a.samples)) {
    if (below.samples < least) continue
    last = Math.max(last, draw(below, { ...place, x: at, row: row + 1 }, out))
    at += below.samples * scale
  }
  return last
}

function legend(room: string, i: number): string {
  const x = 4 + i * 158
  return `<rect x="${x}" y="20" width="10" height="10" fill="${colours[i]}"/><text x="${x + 14}" y="29">${escaped(room)}</text>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
