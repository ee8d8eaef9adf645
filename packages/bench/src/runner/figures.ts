// Figures of a bench: judged against their targets, and written as rows of a table. Pure.

/** A limit that a figure has to reach. */
export type Target = { readonly atLeast: number } | { readonly below: number }

export interface Figure {
  readonly what: string
  readonly value: number
  /** `ms`, `bytes`, `/s`; left out for plain numbers. */
  readonly unit?: string | undefined
  /** With 95 % confidence, in the same unit. */
  readonly interval?: readonly [low: number, high: number] | undefined
  /** What the machine can do at best, measured in the same run, in the same unit. */
  readonly ceiling?: number | undefined
  /** Default: value divided by ceiling. */
  readonly ratio?: number | undefined
  readonly target?: Target | undefined
  readonly ratioTarget?: Target | undefined
}

export interface JudgedFigure extends Figure {
  readonly case: string
  /** Null: the figure has no target. */
  readonly reached: boolean | null
}

/** Throws if a value is no number: a figure without samples must not pass for a good one. */
export function judgeFigure(caseName: string, figure: Figure): JudgedFigure {
  const { value, ceiling, target, ratioTarget } = figure
  const ratio = figure.ratio ?? (ceiling === undefined ? undefined : value / ceiling)
  for (const number of [value, ceiling, ratio])
    if (number !== undefined && !Number.isFinite(number))
      throw new Error(`${caseName}: ${figure.what} was not measured`)
  if (ratioTarget !== undefined && ratio === undefined)
    throw new Error(`${caseName}: ${figure.what} has no ceiling to compare with`)
  const isJudged = target !== undefined || ratioTarget !== undefined
  const isGood = isReached(value, target) && isReached(ratio ?? 0, ratioTarget)
  return { case: caseName, ...figure, ratio, reached: isJudged ? isGood : null }
}

function isReached(value: number, target: Target | undefined): boolean {
  if (target === undefined) return true
  return 'atLeast' in target ? value >= target.atLeast : value < target.below
}

const columns = [
  ['case', 14],
  ['figure', 46],
  ['value', 20],
  ['ceiling', 14],
  ['ratio', 7],
  ['target', 20]
] as const

export function renderHead(): string {
  return alignCells(columns.map(([name]) => name))
}

export function renderRow(figure: JudgedFigure): string {
  const { value, unit = '', interval, ceiling, ratio, target, ratioTarget, reached } = figure
  return alignCells([
    figure.case,
    figure.what,
    interval === undefined ? formatNumber(value, unit) : formatInterval(value, unit, interval),
    ceiling === undefined ? '' : formatNumber(ceiling, unit),
    ratio === undefined ? '' : formatNumber(ratio),
    [
      ...(target === undefined ? [] : [formatTarget(target, unit)]),
      ...(ratioTarget === undefined ? [] : [`ratio ${formatTarget(ratioTarget)}`])
    ].join(', '),
    reached === null ? '' : reached ? 'reached' : 'SHORT'
  ])
}

function formatInterval(value: number, unit: string, interval: readonly [number, number]): string {
  const [least, low, high] = [value, ...interval].map(one => one.toFixed(1))
  return `${least} [${low}–${high}]${unit === '' ? '' : ` ${unit}`}`
}

function alignCells(cells: readonly string[]): string {
  return cells
    .map((cell, i) => {
      const width = columns[i]?.[1] ?? 0
      return i < 2 || i === cells.length - 1 ? cell.padEnd(width) : cell.padStart(width)
    })
    .join(' ')
    .trimEnd()
}

function formatTarget(target: Target, unit = ''): string {
  return 'atLeast' in target
    ? `≥ ${formatNumber(target.atLeast, unit)}`
    : `< ${formatNumber(target.below, unit)}`
}

/** Three digits that count, with separators of thousands. */
export function formatNumber(value: number, unit = ''): string {
  const size = Math.abs(value)
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3
  const text = value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits
  })
  return unit === '' || unit === '/s' ? `${text}${unit}` : `${text} ${unit}`
}
