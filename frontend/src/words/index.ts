// The words of the page: another language is another file like en.ts.
import { en } from "./en";

export type Words = typeof en;
export const words: Words = en;
