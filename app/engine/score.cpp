#include "app/engine/verbs.h"
namespace aha {
void addScore(CLI::App&, int&) {}
}
