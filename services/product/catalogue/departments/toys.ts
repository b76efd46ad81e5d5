import { aisle, line, shelf, type Department } from '../vocabulary.ts';

export const toys: Department = {
  name: 'Toys & Games',
  brands: ['Latoo', 'Little Banyan', 'Chaupar', 'Mithu', 'Gully & Co'],
  care: ['No batteries, no screens.', 'Tested for the safety of small hands.', 'Every piece can be replaced.'],
  aisles: [
    aisle(
      'Games & Puzzles',
      shelf(
        'Puzzles',
        'Rainy afternoons, solved. The pieces click into place. The picture is by an Indian illustrator. A poster helps when patience ends.',
        line(
          '{size} {kind} jigsaw puzzle',
          'Himalaya, bazaar, jungle, world-map, night-sky',
          '100-piece, 500-piece, 1000-piece',
          [299, 1499],
        ),
        line('{kind} puzzle, {size}', 'wooden tangram, metal disentanglement, magnetic cube', 'easy, hard', [199, 999]),
      ),
      shelf(
        'Board Games',
        'Explained in five minutes, played for years. Nobody is out before the end. For two to six players. A round takes half an hour.',
        line('{kind} chess set, {size}', 'sheesham, magnetic, folding', 'travel, club, tournament', [399, 3999]),
        line(
          '{kind} board game, {size}',
          'trading, railway, spice-route, detective, fort-building',
          'pocket edition, family edition, collector edition',
          [399, 2999],
        ),
        line('{kind} carrom board, {size}', 'plywood, tournament', '26-inch, 32-inch', [1299, 5999]),
      ),
      shelf(
        'Building Sets',
        'Fits other makers\u2019 bricks. Grows with the child. The booklet has thirty ideas and room for more. Tidies away into its own box.',
        line('{size} {kind} building blocks', 'wooden, magnetic, interlocking', '50-piece, 100-piece, 250-piece', [499, 3999]),
        line('{kind} train set, {size}', 'wooden, wind-up', '20 pieces, 40 pieces', [899, 3499]),
        line('{kind} robot kit, {size}', 'solar, wooden, programmable', 'beginner, advanced', [799, 5999]),
      ),
    ),
    aisle(
      'Little Ones',
      shelf(
        'Soft Toys',
        'Goes into the washing machine and comes out smiling. Stuffed with recycled fibre. The eyes are stitched, not glued. Falls asleep before anyone.',
        line('{kind} soft toy, {size}', 'elephant, tiger, peacock, teddy bear, camel, turtle', '20 cm, 35 cm, 50 cm', [299, 1799]),
        line('{kind} hand puppet, {size}', 'monkey, parrot, king', 'small, large', [249, 799]),
      ),
      shelf(
        'Ride-ons',
        'Wheels run quietly indoors. Will not tip over in a curve. The handlebar grows with its driver. Assembled with one key.',
        line('{kind} tricycle, {size}', 'steel, wooden, foldable', '2 years, 3 years, 4 years', [1499, 5999]),
        line('{kind} scooter, {size}', 'three-wheel, two-wheel, light-up', '3 years, 6 years', [1299, 4999]),
        line('{kind} rocking horse, {size}', 'wooden, plush', 'small, large', [1799, 5999]),
      ),
    ),
  ],
};
