// Links to other views of this page: an ordinary press is followed here, any other is the
// browser's.

/**
 * True, and the browser follows it no more, unless it was pressed to be opened in another tab or
 * window.
 */
export function isFollowedHere(event: MouseEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return false
  event.preventDefault()
  return true
}
