// The bar that says how far is how wide on a map. Pure.

export interface ScaleBar {
  readonly metres: number
  readonly px: number
}

/** The longest round distance within `px`. */
export function scaleBarIn(px: number, metres: number): ScaleBar {
  const power = 10 ** Math.floor(Math.log10(metres))
  const round = [5, 2, 1].find(each => each * power <= metres) ?? 1
  return { metres: round * power, px: Math.round((px * round * power) / metres) }
}
