#include "app/engine/verbs.h"
namespace aha {
void addEval(CLI::App&, int&) {}
}
