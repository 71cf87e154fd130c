#include "widgets/panels/rundetails.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QDateTime>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>

namespace aha {

RunDetails::RunDetails(RunListModel* model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_name(new QLineEdit(this))
    , m_tags(new QLineEdit(this))
    , m_note(new QPlainTextEdit(this))
    , m_facts(new QLabel(this))
{
    m_name->setObjectName(QStringLiteral("detailName"));
    m_name->setAccessibleName(tr("Name of the selected run"));
    m_tags->setObjectName(QStringLiteral("detailTags"));
    m_tags->setAccessibleName(tr("Tags of the selected run"));
    m_tags->setPlaceholderText(tr("words, to filter by: tag:good"));
    m_note->setObjectName(QStringLiteral("detailNote"));
    m_note->setAccessibleName(tr("Note on the selected run"));
    m_note->setPlaceholderText(tr("What did this run show?"));
    m_note->setTabChangesFocus(true);
    m_note->setMaximumHeight(72);
    m_note->installEventFilter(this);
    m_facts->setObjectName(QStringLiteral("detailFacts"));
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setWordWrap(true);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_facts->setProperty("role", QStringLiteral("hint"));
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(4);
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Tags"), m_tags);
    form->addRow(tr("Note"), m_note);
    form->addRow(m_facts);
    connect(m_name, &QLineEdit::editingFinished, this, &RunDetails::keepEdits);
    connect(m_tags, &QLineEdit::editingFinished, this, &RunDetails::keepEdits);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &RunDetails::show);
    connect(m_model, &QAbstractItemModel::modelReset, this, &RunDetails::show);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &RunDetails::show);
    show();
}

bool RunDetails::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::FocusOut)
        keepEdits();
    return QWidget::eventFilter(object, event);
}

void RunDetails::setRow(int row)
{
    keepEdits();
    m_folder = row < 0 ? QString() : m_model->row(row).folder;
    m_fresh = true;
    show();
}

void RunDetails::keepEdits()
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->row(row).folder != m_folder)
            continue;
        const QString name = m_name->text(), tags = m_tags->text(), note = m_note->toPlainText();
        m_model->setData(m_model->index(row, RunListModel::Name), name, Qt::EditRole);
        m_model->setData(m_model->index(row, RunListModel::Tags), tags, Qt::EditRole);
        m_model->setData(m_model->index(row, RunListModel::Note), note, Qt::EditRole);
        return;
    }
}

void RunDetails::show()
{
    int row = -1;
    for (int i = 0; i < m_model->rowCount() && !m_folder.isEmpty(); ++i)
        if (m_model->row(i).folder == m_folder)
            row = i;
    setVisible(row >= 0);
    if (row < 0)
        return;
    const RunListRow& run = m_model->row(row);
    const RunLabel label = m_model->label(row);
    const auto put = [this](auto* edit, const QString& before, const QString& text, auto set) {
        if (before != text && (m_fresh || !edit->hasFocus())) // never under a person's fingers
            set(text);
    };
    put(m_name, m_name->text(), m_model->nameOf(row), [this](const QString& text) { m_name->setText(text); });
    put(m_tags, m_tags->text(), QString::fromStdString(label.tags),
        [this](const QString& text) { m_tags->setText(text); });
    put(m_note, m_note->toPlainText(), QString::fromStdString(label.note),
        [this](const QString& text) { m_note->setPlainText(text); });
    m_fresh = false;
    QStringList facts;
    if (!run.problem.isEmpty() && run.state != RunState::Starting) // what is not there yet is no trouble
        facts << translated(visibleText(run.problem.toStdString()));
    facts << tr("%1, step %2 of %3").arg(translated(stateName(run.state))).arg(run.step).arg(run.maxSteps);
    if (run.pass1)
        facts << tr("pass@1 %1 % (95 %: %2 to %3, n = %4 × %5)")
                     .arg(100 * *run.pass1, 0, 'f', 1)
                     .arg(100 * *run.pass1Low, 0, 'f', 1)
                     .arg(100 * *run.pass1High, 0, 'f', 1)
                     .arg(run.evalProblems)
                     .arg(run.evalSamples)
                + (run.evalStep < 0 ? QString() : tr(" at step %1").arg(run.evalStep));
    if (run.reward)
        facts << tr("reward %1").arg(fixedNumber(*run.reward, 3));
    facts << tr("%1 · %2 · seed %3").arg(run.lossType, run.task).arg(run.seed);
    if (run.stepSeconds > 0)
        facts << tr("%1 s a step (median of all steps)").arg(run.stepSeconds, 0, 'f', 2);
    facts << QLocale().toString(QDateTime::fromSecsSinceEpoch(qint64(run.createdAt)), QLocale::ShortFormat);
    m_facts->setText(facts.join(QLatin1Char('\n')));
    m_facts->setToolTip(run.folder.toHtmlEscaped());
}

} // namespace aha
