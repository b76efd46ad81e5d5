import { aisle, line, shelf, type Department } from '../vocabulary.ts';

export const beauty: Department = {
  name: 'Beauty & Care',
  brands: ['Amrita Botanics', 'Neem & Co', 'Clay Theory', 'Saanjh', 'Kesar House'],
  care: ['Never tested on animals.', 'Free of parabens.', 'Please recycle the bottle.'],
  aisles: [
    aisle(
      'Skin Care',
      shelf(
        'Moisturisers',
        'Sinks in without a trace of grease. Made for dry winters and air-conditioned rooms. Tested by dermatologists. A little goes a long way.',
        line('{kind} face moisturiser, {size}', 'aloe, ceramide, hyaluronic, saffron', '50 ml, 100 ml', [249, 1299]),
        line('{kind} body lotion, {size}', 'shea, almond, cocoa butter', '200 ml, 400 ml', [199, 799]),
        line('{kind} night cream, {size}', 'retinol, saffron, niacinamide', '30 g, 50 g', [399, 1999]),
      ),
      shelf(
        'Sunscreens',
        'Leaves no white cast. Stays on through a humid afternoon. Protects against UVA and UVB. Sits well under make-up.',
        line('{kind} sunscreen, {size}', 'SPF 30 gel, SPF 50 cream, SPF 50 matte, SPF 60 fluid', '30 ml, 50 ml, 100 ml', [249, 1199]),
        line('{kind} sunscreen stick, {size}', 'SPF 50, tinted SPF 50, sports SPF 60', '15 g, 20 g', [349, 899]),
        line('{kind} after-sun gel, {size}', 'aloe, cucumber', '100 ml, 200 ml', [199, 599]),
      ),
    ),
    aisle(
      'Hair & Grooming',
      shelf(
        'Shampoos & Oils',
        'Rinses out easily, even in hard water. Smells faintly of the garden. Kind to coloured hair. Calms an itchy scalp.',
        line('{kind} shampoo, {size}', 'onion and biotin, neem, argan, rice water', '200 ml, 400 ml, 1 L', [199, 999]),
        line('{kind} hair oil, {size}', 'coconut, bhringraj, rosemary, almond', '100 ml, 200 ml', [149, 799]),
        line('{kind} conditioner, {size}', 'argan, shea', '200 ml, 400 ml', [199, 749]),
      ),
      shelf(
        'Trimmers & Shavers',
        'Runs for ninety minutes on one charge. The blades sharpen themselves. The head comes off for a rinse. Charges by USB-C.',
        line('{kind} beard trimmer, {size}', 'cordless, titanium-blade, precision', '10 lengths, 20 lengths, 40 lengths', [899, 3499]),
        line('{kind} shaver, {size}', 'foil, rotary, wet and dry', '2 heads, 3 heads', [1499, 6999]),
        line('{kind} grooming kit, {size}', 'all-in-one, travel', '5-in-1, 9-in-1', [1299, 3999]),
      ),
      shelf(
        'Fragrances',
        'Opens bright and settles warm. Stays from breakfast until dinner. Blended in Kannauj. Comes in a bottle worth keeping.',
        line('{kind} eau de parfum, {size}', 'oud, vetiver, jasmine, sandalwood', '20 ml, 50 ml, 100 ml', [499, 3999]),
        line('{kind} attar, {size}', 'rose, mitti, kewra', '6 ml, 12 ml', [299, 1999]),
        line('{kind} body mist, {size}', 'mogra, citrus', '100 ml, 150 ml', [249, 699]),
      ),
    ),
  ],
};
