#include "widgets/models/recipegallery.h"

#include "core/base/files.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace aha {

namespace {

constexpr uint64_t kMostBytes = 1 << 20;

QString textOf(const nlohmann::ordered_json& json, const char* key)
{
    return json.contains(key) && json[key].is_string() ? visibleLine(json[key].get<std::string>()) : QString();
}

/// Reads the configuration and says what keeps it from starting.
void complete(Recipe& recipe)
{
    const Result<std::string> text = readFile(recipe.file.toStdString(), kMostBytes);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    if (!config) {
        recipe.problem = translated(config.error().sentence());
        return;
    }
    recipe.config = *config;
    QStringList needs;
    for (const Problem& problem : problems(*config))
        needs << translated(problem.error.sentence());
    recipe.needs = needs.join(QLatin1Char(' '));
}

/// Heading and first paragraph ("Claim: …") of an experiment's README.
std::pair<QString, QString> readmeOf(const QString& folder)
{
    const Result<std::string> text = readFile((folder + QStringLiteral("/README.md")).toStdString(), kMostBytes);
    if (!text)
        return {};
    const QStringList parts = visibleText(*text).split(QStringLiteral("\n\n"));
    const QString heading = parts.value(0).section(QLatin1Char('\n'), 0, 0).mid(2).trimmed();
    QString claim = parts.value(1).simplified();
    claim.remove(QLatin1Char('`'));
    if (claim.startsWith(QLatin1String("Claim")))
        claim = claim.section(QStringLiteral(": "), 1);
    constexpr qsizetype kLongest = 320;
    if (claim.size() > kLongest)
        claim = claim.left(claim.lastIndexOf(QLatin1Char(' '), kLongest)) + QStringLiteral(" …");
    return { heading, claim };
}

void addExperiments(const QString& root, std::vector<Recipe>& recipes)
{
    const QDir experiments(root + QStringLiteral("/experiments"));
    for (const QString& name : experiments.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        const QString folder = experiments.absoluteFilePath(name);
        QStringList files;
        if (QFileInfo::exists(folder + QStringLiteral("/config.json")))
            files << folder + QStringLiteral("/config.json");
        for (const QString& preset :
            QDir(folder + QStringLiteral("/presets")).entryList({ QStringLiteral("*.json") }, QDir::Files, QDir::Name))
            files << folder + QStringLiteral("/presets/") + preset;
        const auto [heading, claim] = readmeOf(folder);
        for (const QString& file : files) {
            if (std::any_of(recipes.begin(), recipes.end(), [&](const Recipe& recipe) { return recipe.file == file; }))
                continue;
            Recipe recipe;
            const bool preset = !file.endsWith(QLatin1String("/config.json"));
            recipe.title = visibleLine(
                (preset ? name + QStringLiteral(" / ") + QFileInfo(file).completeBaseName() : name).toStdString());
            recipe.family = tr("Experiments of this project");
            recipe.sentence
                = (preset ? tr("A variation of “%1”. ").arg(heading) : heading + QStringLiteral(". ")) + claim;
            recipe.source = QStringLiteral("experiments/") + name + QStringLiteral("/README.md");
            recipe.file = file;
            recipes.push_back(std::move(recipe));
        }
    }
}

} // namespace

std::vector<Recipe> readRecipes(const QString& root)
{
    std::vector<Recipe> recipes(1);
    recipes[0].title = tr("Built-in defaults");
    recipes[0].family = tr("Reinforcement learning");
    recipes[0].sentence = tr("Every field as the program has it: GRPO on countdown with the miniature model. "
                             "Another algorithm brings the defaults of its own.");
    recipes[0].source = tr("TRL's defaults, where the field is TRL's");
    const QString index = root + QStringLiteral("/resources/recipes/gallery.json");
    if (const Result<std::string> text = readFile(index.toStdString(), kMostBytes)) {
        const auto json = nlohmann::ordered_json::parse(*text, nullptr, false);
        if (json.is_array())
            for (const auto& entry : json)
                if (entry.is_object() && !textOf(entry, "config").isEmpty()) {
                    Recipe recipe;
                    recipe.title = textOf(entry, "title");
                    recipe.family = textOf(entry, "family");
                    recipe.sentence = textOf(entry, "sentence");
                    recipe.source = textOf(entry, "source");
                    recipe.file = root + QLatin1Char('/') + textOf(entry, "config");
                    recipes.push_back(std::move(recipe));
                }
    }
    addExperiments(root, recipes);
    for (Recipe& recipe : recipes)
        if (!recipe.file.isEmpty())
            complete(recipe);
    return recipes;
}

void RecipeGallery::setRecipes(std::vector<Recipe> recipes)
{
    beginResetModel();
    m_recipes = std::move(recipes);
    arrange();
    endResetModel();
}

void RecipeGallery::setFilter(const QString& words)
{
    beginResetModel();
    m_filter = words;
    arrange();
    endResetModel();
}

void RecipeGallery::arrange()
{
    m_lines.clear();
    const QStringList words = m_filter.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QStringList families;
    for (const Recipe& recipe : m_recipes)
        if (!families.contains(recipe.family))
            families << recipe.family;
    for (const QString& family : families) {
        bool headed = false;
        for (size_t i = 0; i < m_recipes.size(); ++i) {
            const Recipe& recipe = m_recipes[i];
            const QString all = (recipe.title + QLatin1Char(' ') + recipe.sentence + QLatin1Char(' ')
                + translated(recipe.title) + QLatin1Char(' ') + translated(recipe.sentence) + QLatin1Char(' ')
                + recipe.source + QLatin1Char(' ') + QString::fromStdString(recipe.config.general.kind))
                                    .toLower();
            if (recipe.family != family
                || !std::all_of(words.begin(), words.end(), [&](const QString& word) { return all.contains(word); }))
                continue;
            if (!headed)
                m_lines.push_back({ -1, family });
            headed = true;
            m_lines.push_back({ int(i), {} });
        }
    }
}

const Recipe* RecipeGallery::recipeAt(const QModelIndex& index) const
{
    if (!index.isValid() || index.row() >= int(m_lines.size()))
        return nullptr;
    const int recipe = m_lines[size_t(index.row())].recipe;
    return recipe < 0 ? nullptr : &m_recipes[size_t(recipe)];
}

QModelIndex RecipeGallery::indexOf(const QString& file) const
{
    for (size_t i = 0; i < m_lines.size(); ++i)
        if (m_lines[i].recipe >= 0 && m_recipes[size_t(m_lines[i].recipe)].file == file)
            return index(int(i));
    return {};
}

int RecipeGallery::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_lines.size()); }

QVariant RecipeGallery::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_lines.size()))
        return {};
    const Line& line = m_lines[size_t(index.row())];
    const Recipe* recipe = recipeAt(index);
    if (role == HeadingRole)
        return recipe == nullptr;
    if (role == Qt::DisplayRole)
        return translated(recipe ? recipe->title : line.heading);
    if (!recipe)
        return {};
    if (role == DetailRole) {
        const RunConfig& c = recipe->config;
        QString text = QString::fromStdString(c.general.kind);
        if (c.general.kind == "grpo" && c.algorithm.lossType != "grpo")
            text += QLatin1Char('/') + QString::fromStdString(c.algorithm.lossType);
        if (!learnsFromRows(c))
            text += QStringLiteral(" · ") + QString::fromStdString(c.task.name);
        return visibleLine(text.toStdString());
    }
    if (role == Qt::ToolTipRole)
        return plainToolTip(translated(recipe->sentence));
    if (role == Qt::AccessibleTextRole)
        return QString(tr("%1. ").arg(translated(recipe->title)) + translated(recipe->sentence));
    return {};
}

Qt::ItemFlags RecipeGallery::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return recipeAt(index) ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren
                           : Qt::ItemNeverHasChildren;
}

} // namespace aha
