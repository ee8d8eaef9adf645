// Who types keeps the focus: what takes it later than it was asked to, takes their keys, and those
// act by themselves.

/** Whether somebody writes or chooses in a field of the view. */
export function isTyping(): boolean {
  const fields = 'main :is(input:not([type=checkbox], [type=radio]), textarea, select)'
  return document.activeElement?.matches(fields) === true
}
