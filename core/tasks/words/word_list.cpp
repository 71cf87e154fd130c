#include "core/tasks/words/word_list.h"

#include "core/base/rng.h"

namespace aha {

namespace {

constexpr std::string_view kWords[] = { "air", "ant", "arm", "bag", "bed", "bee", "box", "bus", "cap", "car", "cat",
    "cow", "cup", "day", "dog", "ear", "egg", "eye", "fan", "fig", "fox", "hat", "hen", "ice", "jam", "key", "leg",
    "map", "net", "nut", "oak", "owl", "pen", "pig", "pot", "rain", "sea", "sky", "sun", "tea", "toy", "tree", "van",
    "web", "baby", "ball", "bank", "bear", "bell", "bird", "boat", "book", "bread", "cake", "cloud", "coat", "corn",
    "desk", "door", "duck", "fish", "flag", "foot", "frog", "game", "gold", "hand", "hill", "home", "horse", "house",
    "kite", "lake", "lamp", "leaf", "lion", "milk", "moon", "nest", "nose", "page", "park", "pear", "plum", "road",
    "rock", "roof", "rose", "salt", "sand", "seed", "ship", "shoe", "snow", "soap", "sock", "song", "star", "stone",
    "tiger", "town", "wall", "wind", "wolf", "wood", "apple", "beach", "berry", "brush", "chair", "cheese", "clock",
    "cotton", "dress", "eagle", "earth", "field", "flower", "fruit", "glass", "grape", "grass", "green", "heart",
    "honey", "juice", "knife", "lemon", "light", "mango", "metal", "money", "mouse", "music", "night", "ocean", "onion",
    "paper", "party", "peach", "piano", "pizza", "plant", "plate", "queen", "radio", "river", "salad", "sheep", "shirt",
    "snake", "spoon", "storm", "sugar", "table", "tooth", "train", "truck", "water", "wheel", "animal", "banana",
    "basket", "bottle", "bridge", "butter", "button", "candle", "carrot", "castle", "coffee", "cookie", "doctor",
    "dragon", "engine", "family", "farmer", "finger", "forest", "friend", "garden", "guitar", "hammer", "island",
    "jacket", "kitten", "ladder", "letter", "market", "mirror", "monkey", "museum", "orange", "pencil", "pepper",
    "planet", "pocket", "potato", "rabbit", "school", "silver", "sister", "spider", "spring", "square", "street",
    "summer", "ticket", "tomato", "tunnel", "turtle", "valley", "violin", "window", "winter", "yellow", "balloon",
    "biscuit", "blanket", "brother", "cabbage", "chicken", "compass", "diamond", "dolphin", "evening", "feather",
    "giraffe", "hamster", "journey", "kitchen", "lantern", "library", "machine", "morning", "mustard", "napkin",
    "octopus", "parrot", "penguin", "picture", "pumpkin", "rainbow", "sausage", "science", "station", "teacher",
    "thunder", "village", "volcano", "weather", "whistle", "airplane", "building", "calendar", "computer", "cucumber",
    "dinosaur", "elephant", "football", "hospital", "kangaroo", "language", "magazine", "mountain", "mushroom",
    "notebook", "painting", "sandwich", "scissors", "shoulder", "squirrel", "suitcase", "umbrella", "universe",
    "adventure", "apartment", "astronaut", "blackbird", "breakfast", "butterfly", "chocolate", "crocodile", "dandelion",
    "detective", "education", "fireplace", "lightning", "orchestra", "pineapple", "telephone", "telescope", "vegetable",
    "waterfall", "wonderful" };

} // namespace

std::span<const std::string_view> commonWords() { return kWords; }

std::string randomWord(size_t shortest, size_t longest, Rng& rng)
{
    for (;;)
        if (const std::string_view word = kWords[rng.below(std::size(kWords))];
            word.size() >= shortest && word.size() <= longest)
            return std::string(word);
}

bool isLowerText(std::string_view text)
{
    char before = ' ';
    for (const char c : text) {
        if ((c < 'a' || c > 'z') && (c != ' ' || before == ' '))
            return false;
        before = c;
    }
    return before != ' ';
}

} // namespace aha
