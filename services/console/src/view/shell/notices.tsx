// Banners are below everything else, so that no button moves when they appear or disappear.

import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** A hand that was on its way when a banner came or went presses nothing, ms. */
const settleMs = 700
/** Rounding is no change, px. */
const samePx = 1

/**
 * The page above gives up room at its foot alone. A banner that has just come takes no press; one
 * that goes leaves its place.
 */
export function Notices({ children }: { readonly children: ComponentChildren }) {
  const content = useRef<HTMLDivElement>(null)
  const [keptPx, setKeptPx] = useState(0)
  const [isNew, setNew] = useState(false)
  useLayoutEffect(() => {
    let shownPx = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const settle = () => {
      setKeptPx(shownPx)
      setNew(false)
    }
    const observer = new ResizeObserver(() => {
      const px = content.current?.offsetHeight ?? 0
      if (Math.abs(px - shownPx) < samePx) return
      if (px > shownPx) setNew(true)
      shownPx = px
      setKeptPx(kept => Math.max(kept, px))
      clearTimeout(timer)
      timer = setTimeout(settle, settleMs)
    })
    if (content.current !== null) observer.observe(content.current)
    return () => {
      clearTimeout(timer)
      observer.disconnect()
    }
  }, [])
  return (
    <div class={`notices ${isNew ? 'is-new' : ''}`} style={{ '--kept': `${keptPx}px` }}>
      <div ref={content}>{children}</div>
    </div>
  )
}
