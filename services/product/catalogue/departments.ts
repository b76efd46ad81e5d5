import { beauty } from './departments/beauty.ts';
import { books } from './departments/books.ts';
import { electronics } from './departments/electronics.ts';
import { fashion } from './departments/fashion.ts';
import { home } from './departments/home.ts';
import { kitchen } from './departments/kitchen.ts';
import { sports } from './departments/sports.ts';
import { toys } from './departments/toys.ts';
import type { Department } from './vocabulary.ts';

/** Everything the shop sells at first, made up. */
export const DEPARTMENTS: readonly Department[] = [kitchen, home, electronics, fashion, beauty, sports, books, toys];
