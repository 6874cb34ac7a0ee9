import { findInvisible, removeInvisible } from '../secrets/invisible.ts'

/** Code for a prompt, and how many characters were taken out of it. */
export type CleanCode = { readonly text: string; readonly invisible: number }

/**
 * Foreign code or a diff of it, without invisible and control characters. Comments stay, HTML's too, since they are
 * part of what is to be read; a carriage return inside a line is shown, so that it begins no line.
 */
export function cleanForeignCode(text: string): CleanCode {
  const lines = text
    .toWellFormed()
    .replace(/\r(?!\n)/g, '␍')
    .replace(/[\u2028\u2029]/g, '␤')
  return { text: removeInvisible(lines), invisible: findInvisible(lines).length }
}
