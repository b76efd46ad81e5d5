import { aisle, line, shelf, type Department } from '../vocabulary.ts';

export const home: Department = {
  name: 'Home & Living',
  brands: ['Oakline', 'Banyan Living', 'Studio Mira', 'Nidra', 'Cotton Theory'],
  care: [
    'Looks at home in a flat and in a farmhouse.',
    'Made in small batches in Rajasthan and Kerala.',
    'Easy to keep clean with a dry cloth.',
  ],
  aisles: [
    aisle(
      'Furniture',
      shelf(
        'Sofas & Chairs',
        'The frame is kiln-dried and jointed, not stapled. Cushion covers come off for washing. Put together in ten minutes with the tool in the box. Deep enough for a Sunday afternoon.',
        line('{kind} {size} sofa', 'linen, velvet, leatherette, boucle', 'two-seater, three-seater, corner', [14999, 64999]),
        line('{kind} armchair, {size}', 'sheesham, rattan, velvet, oak', 'compact, standard, with footstool', [5999, 21999]),
        line('{kind} dining chairs, {size}', 'sheesham, cane-back, upholstered', 'set of 2, set of 4, set of 6', [4999, 27999]),
      ),
      shelf(
        'Tables',
        'Sealed against rings of hot cups. The grain makes each one different. Adjustable feet keep it level on old floors. Carries far more than books.',
        line('{kind} coffee table, {size}', 'sheesham, oak, marble-top, rattan', 'round, square, nesting pair', [3999, 17999]),
        line('{kind} study table, {size}', 'engineered wood, sheesham, pine', '90 cm, 120 cm, 150 cm', [3499, 16999]),
        line('{kind} bedside table, {size}', 'mango wood, cane-front, steel', 'single drawer, two drawers', [1999, 7999]),
      ),
    ),
    aisle(
      'Furnishing',
      shelf(
        'Bed Linen',
        'Softer with each wash. Woven to breathe on the warmest night. Deep pockets stay put on thick mattresses. Colours hold, even in hard water.',
        line('{kind} bedsheet with pillow covers, {size}', 'organic cotton, percale, bamboo, linen', 'single, double, king', [699, 4999]),
        line('{kind} duvet cover, {size}', 'percale, linen, washed cotton', 'single, double, king', [999, 5499]),
        line('{kind} dohar, {size}', 'mulmul, block-printed, jacquard', 'single, double', [899, 3299]),
      ),
      shelf(
        'Rugs',
        'Lies flat from the first day. Woven by hand on a pit loom. The backing keeps it from sliding. Hides what everyday life brings in.',
        line('{kind} rug, {size}', 'jute, wool, dhurrie-weave, recycled-cotton', '90 x 150 cm, 120 x 180 cm, 160 x 230 cm', [1299, 17999]),
        line('{kind} runner, {size}', 'jute, cotton, wool', '60 x 180 cm, 75 x 240 cm', [799, 4999]),
        line('{kind} doormat, {size}', 'coir, rubber-backed, braided', 'small, large', [249, 999]),
      ),
      shelf(
        'Lighting',
        'Throws a warm, even light. Takes ordinary E27 bulbs. The cable is wrapped in cloth. Dims down to the glow of a candle.',
        line('{kind} table lamp, {size}', 'brass, ceramic, bamboo, concrete', 'small, medium, tall', [899, 5499]),
        line('{kind} floor lamp, {size}', 'tripod, arc, rattan', '140 cm, 160 cm', [2499, 9999]),
        line('{kind} pendant light, {size}', 'cane, smoked-glass, spun-metal', '25 cm, 35 cm, 45 cm', [1199, 6999]),
      ),
    ),
  ],
};
