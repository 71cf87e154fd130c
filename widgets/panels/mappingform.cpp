#include "widgets/panels/mappingform.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>

namespace aha {

using data::Kind;
using data::Part;
using data::Reading;

namespace {

constexpr Part kParts[] = { Part::System, Part::Prompt, Part::Completion, Part::Chosen, Part::Rejected, Part::Label,
    Part::Steps, Part::Gold, Part::Tools, Part::PassRate };
constexpr Kind kKinds[] = { Kind::LanguageModeling, Kind::PromptOnly, Kind::PromptCompletion, Kind::Preference,
    Kind::UnpairedPreference, Kind::Stepwise };
constexpr Reading kReadings[] = { Reading::Value, Reading::Text, Reading::Raw, Reading::Joined, Reading::Think,
    Reading::PromptTurns, Reading::LastTurn, Reading::HashAnswer, Reading::BoxedAnswer, Reading::StepLists,
    Reading::Prm800k, Reading::CountdownPrompt, Reading::Object };
constexpr const char* kJoin = " + ";

/// "prompt_completion" as words.
QString words(const char* name) { return QString::fromLatin1(name).replace(QLatin1Char('_'), QLatin1Char(' ')); }

QString columnsText(const data::Assignment* assignment)
{
    QStringList names;
    if (assignment)
        for (const std::string& column : assignment->columns)
            names << QString::fromStdString(column);
    return names.join(QLatin1String(kJoin));
}

void byHand(data::Mapping& mapping)
{
    mapping.layout = "manual";
    mapping.title = "By hand";
    mapping.reasons.clear();
    mapping.warnings.clear();
}

QLabel* note(const char* role, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("role", QLatin1String(role));
    return label;
}

} // namespace

MappingForm::MappingForm(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QComboBox(this))
    , m_kind(new QComboBox(this))
    , m_reasons(note("hint", this))
    , m_problem(note("error", this))
{
    m_layout->setObjectName(QStringLiteral("layoutChoice"));
    m_layout->setAccessibleName(tr("Layout"));
    m_kind->setObjectName(QStringLiteral("kindChoice"));
    m_kind->setAccessibleName(tr("Kind of data"));
    for (const Kind kind : kKinds)
        m_kind->addItem(words(nameOf(kind)), int(kind));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 6, 0, 0);
    grid->addWidget(new QLabel(tr("Layout"), this), 0, 0);
    grid->addWidget(m_layout, 0, 1, 1, 2);
    grid->addWidget(new QLabel(tr("Kind"), this), 1, 0);
    grid->addWidget(m_kind, 1, 1, 1, 2);
    grid->addWidget(m_reasons, 2, 0, 1, 3);
    int line = 3;
    for (const Part part : kParts) {
        auto* columns = new QComboBox(this);
        columns->setEditable(true);
        columns->setInsertPolicy(QComboBox::NoInsert);
        columns->setObjectName(QStringLiteral("columns.") + QLatin1String(nameOf(part)));
        columns->setAccessibleName(tr("Columns for ") + words(nameOf(part)));
        columns->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        auto* reading = new QComboBox(this);
        reading->setAccessibleName(tr("How ") + words(nameOf(part)) + tr(" is read"));
        for (const Reading way : kReadings)
            reading->addItem(words(nameOf(way)), int(way));
        QString title = words(nameOf(part));
        title[0] = title[0].toUpper(); // a label as any other
        grid->addWidget(new QLabel(title, this), line, 0);
        grid->addWidget(columns, line, 1);
        grid->addWidget(reading, line++, 2);
        m_rows.push_back({ part, columns, reading });
        connect(columns, &QComboBox::activated, this, &MappingForm::edited);
        connect(columns->lineEdit(), &QLineEdit::editingFinished, this, &MappingForm::edited);
        connect(reading, &QComboBox::activated, this, &MappingForm::edited);
    }
    grid->addWidget(m_problem, line++, 0, 1, 3);
    grid->setRowStretch(line, 1);
    grid->setColumnStretch(1, 2);
    grid->setColumnStretch(2, 1);
    connect(m_kind, &QComboBox::activated, this, &MappingForm::edited);
    connect(m_layout, &QComboBox::activated, this, [this](int choice) {
        if (choice < int(m_choices.size()))
            m_mapping = m_choices[size_t(choice)];
        present();
        Q_EMIT changed();
    });
    setChoices({}, {});
}

void MappingForm::setChoices(const std::vector<data::Mapping>& mappings, const std::vector<data::Column>& columns)
{
    m_choices = mappings;
    m_columns = columns;
    m_mapping = mappings.empty() ? data::Mapping() : mappings.front();
    if (mappings.empty())
        byHand(m_mapping);
    present();
}

void MappingForm::present()
{
    m_filling = true;
    m_layout->clear();
    int current = -1;
    for (size_t i = 0; i < m_choices.size(); ++i) {
        m_layout->addItem(translated(visibleLine(m_choices[i].title))
            + tr("  (%1 % sure)").arg(int(100 * m_choices[i].confidence + 0.5)));
        if (m_choices[i].layout == m_mapping.layout)
            current = int(i);
    }
    if (current < 0) {
        m_layout->addItem(tr("By hand"));
        current = m_layout->count() - 1;
    }
    m_layout->setCurrentIndex(current);
    m_kind->setCurrentIndex(m_kind->findData(int(m_mapping.kind)));
    QStringList says;
    for (const auto& list : { m_mapping.reasons, m_mapping.warnings })
        for (const std::string& sentence : list)
            says << translated(visibleLine(sentence));
    m_reasons->setText(says.join(QLatin1Char('\n')));
    for (PartRow& row : m_rows) {
        const data::Assignment* assignment = m_mapping.find(row.part);
        row.columns->clear();
        row.columns->addItem(QString());
        for (const data::Column& column : m_columns)
            row.columns->addItem(QString::fromStdString(column.name));
        row.columns->setCurrentText(columnsText(assignment));
        row.reading->setCurrentIndex(row.reading->findData(int(assignment ? assignment->reading : Reading::Text)));
        row.reading->setEnabled(assignment != nullptr);
    }
    const Result<void> fits = m_columns.empty() ? Result<void>() : validate(m_mapping, m_columns);
    m_problem->setText(fits ? QString() : translated(visibleText(fits.error().sentence())));
    m_problem->setVisible(!fits);
    m_filling = false;
}

void MappingForm::edited()
{
    if (m_filling)
        return;
    data::Mapping mapping = m_mapping;
    mapping.kind = Kind(m_kind->currentData().toInt());
    for (const PartRow& row : m_rows) {
        std::vector<std::string> columns;
        for (const QString& name : row.columns->currentText().split(QLatin1String(kJoin), Qt::SkipEmptyParts))
            columns.push_back(name.trimmed().toStdString());
        mapping.assign(row.part, columns, Reading(row.reading->currentData().toInt()));
    }
    if (mapping.kind == m_mapping.kind && mapping.assignments == m_mapping.assignments)
        return;
    m_mapping = std::move(mapping);
    byHand(m_mapping);
    present();
    Q_EMIT changed();
}

} // namespace aha
