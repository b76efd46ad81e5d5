import { aisle, line, shelf, type Department } from '../vocabulary.ts';

export const sports: Department = {
  name: 'Sports & Outdoors',
  brands: ['Sahyadri', 'Trailmark', 'Vayu', 'Basecamp 21', 'Kabir Sports'],
  care: ['Tested through a monsoon.', 'Repaired free of charge for two years.', 'Weighs less than it looks.'],
  aisles: [
    aisle(
      'Outdoors',
      shelf(
        'Tents & Sleeping Bags',
        'Up in five minutes, even in the wind. Seams are taped against the rain. Packs down to the size of a melon. Warm where it matters.',
        line('{size} {kind} tent', 'dome, tunnel, ultralight', '1-person, 2-person, 4-person', [2499, 18999]),
        line('{kind} sleeping bag, {size}', 'down, synthetic, mummy', 'to 10 °C, to 0 °C, to -10 °C', [1499, 12999]),
        line('{kind} sleeping mat, {size}', 'foam, self-inflating', 'regular, long', [599, 4999]),
      ),
      shelf(
        'Backpacks',
        'The hip belt carries the weight. A rain cover hides in the lid. The back panel lets the air through. Pockets are where hands expect them.',
        line('{size} {kind} backpack', 'trekking, roll-top, ultralight', '30 L, 45 L, 60 L, 75 L', [1799, 11999]),
        line('{size} {kind} daypack', 'foldable, commuter, waterproof', '15 L, 20 L, 25 L', [799, 3999]),
        line('{size} {kind} duffel bag', 'wheeled, waterproof', '40 L, 60 L', [1499, 6999]),
      ),
    ),
    aisle(
      'Fitness & Games',
      shelf(
        'Yoga',
        'Grips when palms are damp. Rolls out flat and stays so. Thick enough for knees. Free of the smell of plastic.',
        line('{kind} yoga mat, {size}', 'natural rubber, cork, TPE, jute', '4 mm, 6 mm, 8 mm', [599, 3499]),
        line('{kind} yoga blocks, {size}', 'cork, foam', 'single, pair', [249, 1199]),
        line('{kind} meditation cushion, {size}', 'cotton, buckwheat', 'round, crescent', [699, 1999]),
      ),
      shelf(
        'Strength Training',
        'The grip stays dry. Does not roll away. Coated to be kind to floors. A whole gym in a corner.',
        line('{kind} dumbbells, {size}', 'rubber-coated, hex, neoprene', '2 x 2.5 kg, 2 x 5 kg, 2 x 10 kg', [699, 5999]),
        line('{kind} kettlebell, {size}', 'cast-iron, vinyl-coated, competition', '4 kg, 8 kg, 16 kg', [799, 4999]),
        line('{kind} resistance bands, {size}', 'latex, fabric', 'set of 3, set of 5', [349, 1499]),
      ),
      shelf(
        'Cricket',
        'Knocked in and ready to play. Balanced for long innings. The grain is straight and the edges are thick. Passed by coaches.',
        line('{kind} cricket bat, {size}', 'Kashmir willow, English willow, tennis-ball', 'size 5, size 6, full size', [999, 16999]),
        line('{kind} cricket balls, {size}', 'leather, tennis, synthetic', 'single, pack of 3, pack of 6', [199, 2999]),
        line('{kind} batting gloves, {size}', 'leather, mesh-back', 'junior, youth, adult', [599, 2999]),
      ),
    ),
  ],
};
