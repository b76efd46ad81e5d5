import { aisle, line, shelf, type Department } from '../vocabulary.ts';

export const fashion: Department = {
  name: 'Fashion',
  brands: ['Rangrez', 'Indigo Lane', 'Meher', 'Southfold', 'Kasuti'],
  care: ['Wash cold, dry in the shade.', 'Runs true to size.', 'Cut and sewn in Tiruppur.'],
  aisles: [
    aisle(
      'Menswear',
      shelf(
        'Shirts',
        'Crisp in the morning, still good at night. The collar keeps its shape. Breathes in the heat of May. Buttons are cross-stitched, and there are spares.',
        line(
          "men's {kind} shirt, {size}",
          'linen, Oxford cotton, chambray, mandarin-collar',
          'white, sky blue, indigo, olive',
          [799, 2999],
        ),
        line("men's {kind} T-shirt, {size}", 'crew-neck, polo, henley', 'white, black, navy, rust', [349, 1499]),
        line("men's {kind} kurta, {size}", 'khadi, cotton silk', 'cream, maroon, teal', [899, 3499]),
      ),
      shelf(
        "Men's Footwear",
        'Broken in after a single walk. The sole grips on wet tiles. The insole comes out to be washed. Resoled by any cobbler.',
        line("men's {kind} shoes, {size}", 'running, Derby, canvas, trail', 'black, grey, tan', [1199, 6999]),
        line("men's {kind} sandals, {size}", 'leather, Kolhapuri, trekking', 'brown, black', [599, 2999]),
        line("men's {kind} loafers, {size}", 'suede, penny, driving', 'tan, navy', [1499, 4999]),
      ),
    ),
    aisle(
      'Womenswear',
      shelf(
        'Kurtas',
        'Falls well and moves freely. It has pockets, and they are deep. Block-printed by hand. Goes from the office to the evening.',
        line("women's {kind} kurta, {size}", 'straight, A-line, Anarkali, short', 'indigo, mustard, coral, ivory', [699, 3499]),
        line("women's {kind} kurta set with dupatta, {size}", 'cotton, rayon, chanderi', 'teal, rose, black', [1299, 5999]),
      ),
      shelf(
        'Sarees',
        'Comes with an unstitched blouse piece. Woven on a handloom. Light enough for a whole wedding. The border is worked by hand.',
        line('{kind} saree, {size}', 'cotton, Chanderi, Banarasi, Kanjivaram, linen', 'ivory, peacock, rust, magenta', [999, 18999]),
        line('{kind} printed saree, {size}', 'georgette, mulmul, crepe', 'rose, mint, navy', [799, 3999]),
      ),
      shelf(
        'Handbags',
        'The lining is light, so that things can be found. The zip is smooth and the strap adjusts. Holds a water bottle and a book. Softens with age.',
        line('{kind} tote bag, {size}', 'canvas, leather, jute, vegan-leather', 'natural, black, tan', [699, 4999]),
        line('{kind} sling bag, {size}', 'leather, quilted, embroidered', 'black, burgundy, sand', [599, 3999]),
        line('{kind} wallet, {size}', 'leather, cork', 'slim, zip-around', [499, 1999]),
      ),
    ),
  ],
};
