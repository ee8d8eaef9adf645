// The contrast of words that axe leaves undecided: signs that are no letters, and what lies over or
// under something else; and of all words on a page that is shaded. Measured where they are seen,
// against what is drawn right behind them.

import type { Page } from 'playwright-core'

/**
 * What is wrong with what axe left undecided in its last look. What is covered is read by nobody,
 * and has no contrast.
 */
export async function paleAmongUndecided(page: Page): Promise<readonly string[]> {
  return page.evaluate(measure, 'undecided' as const)
}

/** The same of all words: shades and filters that axe does not know are reckoned with. */
export async function paleAnywhere(page: Page): Promise<readonly string[]> {
  return page.evaluate(measure, 'all' as const)
}

/** Runs in the page. */
function measure(which: 'undecided' | 'all'): string[] {
  type Colour = readonly [red: number, green: number, blue: number, alpha: number]
  const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const colourOf = (css: string): Colour => {
    if (pen === null) throw new Error('a browser that draws nothing')
    pen.clearRect(0, 0, 1, 1)
    pen.fillStyle = css
    pen.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0, alpha = 0] = pen.getImageData(0, 0, 1, 1).data
    return [red, green, blue, alpha / 255]
  }
  const over = (front: Colour, back: Colour): Colour => {
    const mix = (i: 0 | 1 | 2) => front[i] * front[3] + back[i] * (1 - front[3])
    return [mix(0), mix(1), mix(2), 1]
  }
  const light = (part: number) =>
    part <= 10.31 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4
  const luminance = ([red, green, blue]: Colour) =>
    0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue)
  const contrast = (a: Colour, b: Colour) => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
    return (high + 0.05) / (low + 0.05)
  }
  const gray = ([red, green, blue, alpha]: Colour): Colour => {
    const luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return [luma, luma, luma, alpha]
  }
  /**
   * How what is around an element changes its colours: each way in which it does so somewhere.
   * Null: it is not known.
   */
  const shadesOf = (element: Element): ((colour: Colour) => Colour)[] | null => {
    let shades: ((colour: Colour) => Colour)[] = [colour => colour]
    for (let each: Element | null = element; each !== null; each = each.parentElement) {
      const [after, { filter }] = [getComputedStyle(each, '::after'), getComputedStyle(each)]
      const before = shades
      if (after.content !== 'none' && after.position !== 'static') {
        const veils =
          (after.backgroundImage + after.backgroundColor).match(/(rgba?|color|oklab)\([^)]*\)/g) ??
          []
        shades = before.concat(
          veils.flatMap(veil =>
            before.map(shade => (colour: Colour) => over(colourOf(veil), shade(colour)))
          )
        )
      }
      const veiled = shades
      if (filter === 'grayscale(1)')
        shades = veiled.map(shade => (colour: Colour) => gray(shade(colour)))
      else if (filter !== 'none') return null
    }
    return shades
  }
  const isPicture = (each: Element) =>
    !/^(svg|g|text|tspan)$/i.test(each.tagName) && each.closest('svg, canvas, img, video') !== null
  /**
   * What is behind the first of a stack, from the front to the back; a text for what has no colour.
   */
  const behind = (stack: readonly Element[]): Colour | string => {
    const layers: Colour[] = []
    for (const each of stack) {
      const { backgroundImage, backgroundColor, opacity } = getComputedStyle(each)
      if (backgroundImage !== 'none' || isPicture(each))
        return `over a picture: ${each.outerHTML.slice(0, 80)}`
      if (Number(opacity) < 1)
        return `in something that can be seen through: ${each.outerHTML.slice(0, 80)}`
      const colour = colourOf(backgroundColor)
      layers.push(colour)
      if (colour[3] === 1) break
    }
    return layers.reduceRight<Colour>((back, front) => over(front, back), [255, 255, 255, 1])
  }
  /** The middle and both ends of each line of its own words. */
  const pointsOf = (element: Element): (readonly [number, number])[] => {
    const range = document.createRange()
    const own = [...element.childNodes].filter(
      each => each.nodeType === Node.TEXT_NODE && /\S/.test(each.textContent ?? '')
    )
    return (own.length === 0 ? [element] : own).flatMap(node => {
      range.selectNodeContents(node)
      return [...range.getClientRects()]
        .filter(({ width, height }) => width > 0 && height > 0)
        .flatMap(({ left, right, top, bottom }) => {
          const [x, y] = [(left + right) / 2, (top + bottom) / 2]
          return [
            [Math.min(x, left + 2), y] as const,
            [x, y] as const,
            [Math.max(x, right - 2), y] as const
          ]
        })
    })
  }
  const faultAt = (element: Element, [x, y]: readonly [number, number]): string | null => {
    const stack = document.elementsFromPoint(x, y)
    const at = stack.indexOf(element)
    if (at < 0) return null
    const above = stack.slice(0, at).filter(each => !element.contains(each))
    const veils = above
      .map(each => colourOf(getComputedStyle(each).backgroundColor)[3])
      .filter(alpha => alpha > 0)
    if (veils.includes(1)) return null
    if (veils.length > 0) return 'under something that can be seen through'
    const back = behind(stack.slice(at))
    if (typeof back === 'string') return back
    const { color, fill, fontSize, fontWeight } = getComputedStyle(element)
    const size = Number.parseFloat(fontSize)
    const least = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5
    const front = over(colourOf(element instanceof SVGElement ? fill : color), back)
    const shades = shadesOf(element)
    if (shades === null) return 'in a filter that is not known'
    const ratio = Math.min(...shades.map(shade => contrast(shade(front), shade(back))))
    return ratio >= least ? null : `a contrast of ${ratio.toFixed(2)}, where ${least} is the least`
  }
  const scrollersOf = (element: Element): (() => void)[] => {
    const back: (() => void)[] = []
    for (let each: Element | null = element; each !== null; each = each.parentElement) {
      const [scroller, left, top] = [each, each.scrollLeft, each.scrollTop] as const
      back.push(() => scroller.scrollTo({ left, top, behavior: 'instant' }))
    }
    return back
  }
  const hasWords = (each: Element) =>
    [...each.childNodes].some(
      node => node.nodeType === Node.TEXT_NODE && /\S/.test(node.textContent ?? '')
    )
  const nameOf = (each: Element) => each.outerHTML.slice(0, 120)
  const meant =
    which === 'undecided'
      ? ((globalThis as { undecided?: readonly Element[] }).undecided ?? []).filter(
          each => each.isConnected
        )
      : [...document.body.querySelectorAll('*')].filter(
          each =>
            hasWords(each) &&
            each.checkVisibility() &&
            each.closest('.visually-hidden, script, style, option') === null
        )
  const found: string[] = []
  // What no mouse can point at is seen all the same.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(
    '* { pointer-events: auto !important } *::before, *::after { pointer-events: none !important }'
  )
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  for (const element of meant) {
    const goBack = scrollersOf(element)
    element.scrollIntoView({ block: 'center', behavior: 'instant' })
    const fault = pointsOf(element)
      .map(point => faultAt(element, point))
      .find(each => each !== null)
    if (fault !== undefined) found.push(`${nameOf(element)}: ${fault}`)
    for (const each of goBack) each()
  }
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter(each => each !== sheet)
  return found
}
